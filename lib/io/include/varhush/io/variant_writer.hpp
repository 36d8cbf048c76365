#pragma once

#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_record.hpp"

#include <memory>
#include <optional>
#include <string>

namespace varhush::io {

enum class VariantFormat { kVcf, kVcfGz, kBcf, kBcfUncompressed };
enum class IndexKind { kNone, kTbi, kCsi };

struct VariantWriterOptions {
    std::string path = "-";  ///< "-" is standard output
    VariantFormat format = VariantFormat::kVcf;
    int compression_level = -1;  ///< 0..9, -1: the library's default
    IndexKind index = IndexKind::kNone;
};

/// Works out format and level from `-O` (v, z, u, b, with an optional level 0-9 behind) and the
/// suffix of `path`. Without either: plain VCF. `write_index` is "tbi" (compressed VCF only), "csi"
/// or
/// "", which is csi, too.
/// @throws Error{kUsage} when the two are in conflict or the type is unknown; a suffix conflict
/// names both.
[[nodiscard]] VariantWriterOptions choose_output(const std::string& path,
                                                 const std::optional<std::string>& output_type,
                                                 const std::optional<std::string>& write_index);

/// Writes to `path`.part; close() flushes, syncs and checks it, removes indices (.tbi, .csi) of a
/// former file of that name, renames, and publishes the new index.
/// Without close() (an exception, SIGTERM) the destructor removes what was written and nothing is
/// left.
/// @throws Error{kOutput} for every failed write, flush, fsync or rename; Error{kInput} for
/// unsorted records when an index is asked for.
class VariantWriter {
  public:
    VariantWriter(const VariantWriterOptions& options,
                  const VariantHeader& header,
                  const ThreadPool& pool);
    ~VariantWriter();
    VariantWriter(VariantWriter&&) noexcept;
    VariantWriter& operator=(VariantWriter&&) noexcept;

    void write(VariantRecord& record);
    void close();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::io
