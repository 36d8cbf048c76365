#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace varhush::sirna {

/// A whole file mapped read-only.
class MappedFile {
  public:
    /// @throws Error{kInput} when it cannot be opened, is no regular file or is empty.
    explicit MappedFile(const std::string& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }

  private:
    std::span<const std::byte> bytes_;
};

}  // namespace varhush::sirna
