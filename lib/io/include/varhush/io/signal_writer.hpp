#pragma once

#include "varhush/seq/reference_source.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::io {

/// Writes a signal along the genome, in the order of the contigs, ascending and without overlap.
class SignalWriter {
  public:
    virtual ~SignalWriter() = default;

    /// `values[i]` on [start + i * bin_bp, start + (i + 1) * bin_bp).
    virtual void add_bins(const std::string& contig,
                          std::int64_t start,
                          std::int64_t bin_bp,
                          std::span<const float> values) = 0;
    /// One value on [start, end).
    virtual void add(const std::string& contig,
                     std::int64_t start,
                     std::int64_t end,
                     float value) = 0;
    /// Completes the file, syncs it and gives it its name; without it nothing is left behind.
    virtual void close() = 0;
};

/// A bigWig file (libBigWig). Goes to `path`.part like every OutputFile; an existing path that is
/// no regular file is refused, as is standard output: the format is written back and forth. Memory:
/// a few blocks while writing. Zoom levels are computed in close(), which holds 12 bytes a value of
/// one contig; `zoom_levels` 0 leaves them out.
/// @throws Error{kOutput} for what cannot be written, also when close() finds the file incomplete;
/// Error{kInput} for contigs longer than the format can hold (2^32 - 1) and values that are not
/// finite; Error{kInternal} for values out of order or outside their contig.
class BigWigWriter final : public SignalWriter {
  public:
    static constexpr int kZoomLevels = 10;
    BigWigWriter(const std::string& path,
                 const std::vector<seq::ReferenceSource::Contig>& contigs,
                 int zoom_levels = kZoomLevels);
    ~BigWigWriter() override;
    BigWigWriter(const BigWigWriter&) = delete;
    BigWigWriter& operator=(const BigWigWriter&) = delete;

    void add_bins(const std::string& contig,
                  std::int64_t start,
                  std::int64_t bin_bp,
                  std::span<const float> values) override;
    void add(const std::string& contig, std::int64_t start, std::int64_t end, float value) override;
    void close() override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// bedGraph text: contig, start, end (0-based half-open), value in the shortest form that reads
/// back the same; neighbours of equal value are one line. Bgzipped when the name ends in .gz; "-"
/// is standard output. Values need not be in the order of contigs.
class BedGraphWriter final : public SignalWriter {
  public:
    explicit BedGraphWriter(const std::string& path);
    ~BedGraphWriter() override;
    BedGraphWriter(const BedGraphWriter&) = delete;
    BedGraphWriter& operator=(const BedGraphWriter&) = delete;

    void add_bins(const std::string& contig,
                  std::int64_t start,
                  std::int64_t bin_bp,
                  std::span<const float> values) override;
    void add(const std::string& contig, std::int64_t start, std::int64_t end, float value) override;
    void close() override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Whether a file of this name is to be a bigWig: it ends in .bw or .bigwig, any case.
[[nodiscard]] bool names_bigwig(std::string_view path);

}  // namespace varhush::io
