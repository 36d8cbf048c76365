#pragma once

#include <htslib/bgzf.h>
#include <htslib/hts.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace varhush::io {

/// Lines of an open BGZF, gzip or plain text file, without copying them: each line lies in the
/// buffer, ends with a NUL and may be written to until the next one is asked for. Unlike
/// hts_getline it can tell whether the last line had an end.
class LineSource {
  public:
    /// `name` is for messages. The handle must outlive this object.
    LineSource(htsFile* file, std::string name);
    LineSource(BGZF* file, std::string name);

    /// The next line without LF or CRLF; false at the end of the input.
    /// @throws Error{kInput} for a broken or cut compressed stream and a line beyond 1 GiB.
    bool next(std::span<char>& line);

    /// True when the last line given ran into the end of the input without a line end.
    [[nodiscard]] bool unterminated() const noexcept { return unterminated_; }
    /// Uncompressed bytes of the lines given so far, line ends included.
    [[nodiscard]] std::int64_t consumed() const noexcept { return consumed_; }
    [[nodiscard]] std::int64_t line_number() const noexcept { return line_number_; }
    [[nodiscard]] std::string where() const { return name_ + ":" + std::to_string(line_number_); }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

  private:
    bool refill();
    std::span<char> take(std::size_t length, std::size_t skip);

    BGZF* blocks_ = nullptr;
    hFILE* plain_ = nullptr;  ///< HTSlib reads uncompressed text without a BGZF handle
    std::string name_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::int64_t line_number_ = 0;
    std::int64_t consumed_ = 0;
    bool at_end_ = false;
    bool unterminated_ = false;
};

}  // namespace varhush::io
