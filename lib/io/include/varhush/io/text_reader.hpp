#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::io {

/// Lines of a plain, gzip, bzip2 or zstd text file (by content, not by name; "-" is standard
/// input). Line ends LF or CRLF; lines longer than 64 MiB and cut compressed streams are errors.
/// @throws Error{kInput} with file and line number.
class TextReader {
  public:
    explicit TextReader(const std::string& path);
    ~TextReader();
    TextReader(TextReader&&) noexcept;
    TextReader& operator=(TextReader&&) noexcept;

    /// The next line without its end; false at the end of the file.
    bool next(std::string& line);
    /// Whether the last line given had a line end. A file whose last line has none may be cut.
    [[nodiscard]] bool last_line_complete() const noexcept;
    /// @throws Error{kInput} when it had none: half a line of a table must not pass for a whole
    /// one.
    void refuse_cut_line() const;
    /// Says so on standard error when it had none: for sequences and lists, which people write
    /// without it and which cannot tell.
    void warn_of_cut_line() const;
    [[nodiscard]] std::int64_t line_number() const noexcept;  ///< 1-based, of the last line given
    [[nodiscard]] std::string where() const;                  ///< "genes.gtf.gz:123" for messages

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Fields between tabs; views into `line`.
[[nodiscard]] std::vector<std::string_view> split_tabs(std::string_view line);

}  // namespace varhush::io
