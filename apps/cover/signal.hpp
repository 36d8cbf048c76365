#pragma once

#include "varhush/io/alignment_reader.hpp"
#include "varhush/io/bed_index.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/signal_writer.hpp"

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace varhush::apps {

/// A value on [start, end) of a contig.
struct SignalRun {
    int contig_id = 0;
    std::int64_t start = 0;
    std::int64_t end = 0;
    double value = 0;
};
using TakeSignal = std::function<void(const SignalRun&)>;

/// Sums or means of fixed bins from the first base of each contig; bins at a contig end or a window
/// edge are cut off there. Bins of 0 are left out. Holds one bin.
class Bins {
  public:
    /// `means`: the sum over the bases of a bin is divided by their number.
    Bins(std::int64_t bin_bp, bool means, TakeSignal take);

    /// Depths must ascend. [window_start, window_end) is what was looked at around them.
    void add(const SignalRun& run, std::int64_t window_start, std::int64_t window_end);
    void finish();

  private:
    std::int64_t bin_bp_;
    bool means_;
    TakeSignal take_;
    SignalRun bin_{.contig_id = -1};
};

/// Values kept in a nameless temporary file until their scale is known.
class SignalSpool {
  public:
    /// @throws Error{kOutput} when there is no place for it (TMPDIR).
    SignalSpool();
    void add(const SignalRun& run);
    void replay(const TakeSignal& take);

  private:
    void flush();

    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
    std::vector<SignalRun> buffer_;
};

/// bedGraph lines or a bigWig file, by the name of the output. Neighbours of equal value become one
/// line; whole numbers are written without a point.
class SignalOutput {
  public:
    /// `index` of a bgzipped bedGraph: empty for none, else auto, tbi or csi.
    SignalOutput(const std::string& path,
                 const std::vector<io::AlignmentReader::Contig>& contigs,
                 const std::string& index);

    void add(const SignalRun& run);
    /// Completes the file without giving it its name yet (a bigWig: nothing).
    void finish();
    void close();

  private:
    void write(const SignalRun& run);

    std::string path_;
    const std::vector<io::AlignmentReader::Contig>& contigs_;
    std::unique_ptr<io::BigWigWriter> bigwig_;
    std::unique_ptr<io::OutputFile> text_;
    bool is_packed_ = false;
    std::unique_ptr<io::BedIndex> index_;
    SignalRun last_{.contig_id = -1};
    std::string line_;
};

}  // namespace varhush::apps
