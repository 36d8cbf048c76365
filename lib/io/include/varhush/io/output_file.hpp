#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace varhush::io {

class PartFile;

/// How the bytes of an OutputFile are stored.
enum class Packing { kNone, kBgzip };

/// kBgzip for names that end in .gz or .bgz.
[[nodiscard]] Packing packing_for(std::string_view path) noexcept;

/// A text or binary file written to `path`.part, synced and renamed by close(). "-" is standard
/// output. A symbolic link is followed; a device or named pipe is written directly. Without close()
/// nothing is left behind. Paths of unfinished files are known to
/// remove_unfinished_files(), which signal handling calls.
/// @throws Error{kOutput} for every failed open, write, fsync or rename.
class OutputFile {
  public:
    /// `level` is that of kBgzip: 1 (fast) to 9 (small), -1 the library's default (6).
    explicit OutputFile(std::string path, Packing packing = Packing::kNone, int level = -1);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(std::string_view bytes);
    /// Brings everything to the disk but gives the file its name only at close(): of several
    /// outputs, all are finished before the first is closed.
    void finish();
    void close();

    /// Where the bytes written so far end, as indexes of bgzipped files count it: start of the
    /// block in the file << 16 | place in the block. Of kBgzip only.
    [[nodiscard]] std::uint64_t virtual_offset() const noexcept;

  private:
    void flush(std::size_t least);
    void write_block(std::string_view bytes);

    std::string path_;
    Packing packing_;
    int level_;
    std::unique_ptr<PartFile> part_;  ///< none for standard output
    int descriptor_ = -1;
    std::string buffer_;              ///< not yet written (or packed)
    std::uint64_t packed_bytes_ = 0;  ///< in whole blocks
    bool finished_ = false;
    bool closed_ = false;
};

/// Unlinks every .part file still open in this process. Async-signal-safe (for SIGINT and SIGTERM).
void remove_unfinished_files() noexcept;

/// For lib/io itself: announces and withdraws a .part path to remove_unfinished_files().
void register_unfinished(const std::string& part_path);
void unregister_unfinished(const std::string& part_path);

}  // namespace varhush::io
