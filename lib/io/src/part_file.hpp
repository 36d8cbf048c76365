#pragma once

#include <string>

namespace varhush::io {

/// An output path and the `.part` file beside it that becomes it. A symbolic link is followed, so
/// its target is replaced and not the link; what is no regular file (a device, a named pipe) is
/// written directly. Without publish() the destructor unlinks the part.
class PartFile {
  public:
    explicit PartFile(const std::string& path);
    ~PartFile();
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    /// What to open for writing.
    [[nodiscard]] const std::string& part() const noexcept { return part_; }
    /// What publish() puts there: the path given, links followed.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] bool is_direct() const noexcept { return direct_; }

    /// To be called once the part was created and before it is written: the system reports a failed
    /// write-back only to those who had the file open then.
    /// @throws Error{kOutput}
    void watch();

    /// Brings the written part to the disk.
    /// @throws Error{kOutput}
    void sync();

    /// Renames the part to its path and syncs the folder.
    /// @throws Error{kOutput}
    void publish();

  private:
    std::string path_;
    std::string part_;
    int descriptor_ = -1;
    bool direct_ = false;
    bool published_ = false;
};

}  // namespace varhush::io
