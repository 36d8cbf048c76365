#include "apps/score/pipeline.hpp"

#include "apps/score/mismatch_watch.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/queue.hpp"
#include "varhush/core/stage.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

namespace varhush::apps {

namespace {

// Consecutive records on their way through the stages. A fixed number of batches goes round, so
// records keep their buffers and memory has a ceiling.
struct Batch {
    std::vector<io::VariantRecord> records;
    std::vector<seq::RecordAnnotation> annotations;
    std::size_t size = 0;  // records in use
    double fraction = -1;  // share of the input read when the batch was full
};

using BatchQueue = core::BoundedQueue<Batch>;

// Cuts the input into batches. Its own class because it reads one record ahead.
class BatchReader {
  public:
    BatchReader(io::VariantReader& reader, const PipelineLimits& limits)
        : reader_(reader), limits_(limits) {}

    // Fills `batch`; false when the input ended before the batch did.
    bool fill(Batch& batch) {
        batch.size = 0;
        batch.records.resize(limits_.batch_records);
        batch.annotations.resize(limits_.batch_records);
        for (std::size_t bytes = 0;
             batch.size < limits_.batch_records && bytes < limits_.batch_bytes;) {
            io::VariantRecord& record = batch.records[batch.size];
            if (has_next_) {
                std::swap(record, next_);
                has_next_ = false;
            } else if (!reader_.next(record)) {
                return false;
            }
            if (batch.size >= limits_.sparse_records &&
                is_far(batch.records[batch.size - 1], record)) {
                std::swap(record, next_);
                has_next_ = true;
                return true;
            }
            bytes += record.size_bytes();
            ++batch.size;
        }
        return true;
    }

  private:
    [[nodiscard]] bool is_far(const io::VariantRecord& a, const io::VariantRecord& b) const {
        return std::abs(b.position() - a.position()) > limits_.gap_bp || a.contig() != b.contig();
    }

    io::VariantReader& reader_;
    const PipelineLimits& limits_;
    io::VariantRecord next_;
    bool has_next_ = false;
};

class Pipeline {
  public:
    Pipeline(io::VariantReader& reader,
             RecordScorer& scorer,
             ResultWriter& writer,
             ProgressCounters& counters,
             const PipelineLimits& limits)
        : reader_(reader),
          scorer_(scorer),
          writer_(writer),
          counters_(counters),
          limits_(limits),
          free_(limits.batches),
          read_(limits.batches),
          scored_(limits.batches) {}

    report::RunSummary run() {
        for (std::size_t i = 0; i < limits_.batches; ++i) {
            free_.push(Batch{});
        }
        const auto stop = [this] {
            free_.close();
            read_.close();
            scored_.close();
        };
        core::StageGroup stages;
        stages.start([this] { read_all(); }, [this] { read_.close(); }, stop);
        stages.start([this] { score_all(); }, [this] { scored_.close(); }, stop);
        stages.start([this] { write_all(); }, [] {}, stop);
        stages.join();
        watch_.finish();
        summary_.alleles = alleles_read_;
        summary_.check();
        return summary_;
    }

  private:
    void read_all() {
        BatchReader batches(reader_, limits_);
        bool more = true;
        while (more) {
            auto batch = free_.pop();
            if (!batch) {
                return;
            }
            more = batches.fill(*batch);
            batch->fraction = reader_.fraction_read();
            for (std::size_t i = 0; i < batch->size; ++i) {
                alleles_read_ += static_cast<std::int64_t>(batch->records[i].alt_count());
            }
            if (batch->size > 0 && !read_.push(std::move(*batch))) {
                return;
            }
        }
    }

    void score_all() {
        while (auto batch = read_.pop()) {
            scorer_.score(std::span(batch->records).first(batch->size),
                          std::span(batch->annotations).first(batch->size));
            if (!scored_.push(std::move(*batch))) {
                return;
            }
        }
    }

    void write_all() {
        while (auto batch = scored_.pop()) {
            for (std::size_t i = 0; i < batch->size; ++i) {
                writer_.put(batch->records[i], batch->annotations[i]);
                count(batch->annotations[i]);
            }
            counters_.fraction = batch->fraction;
            counters_.alleles = alleles_written_;
            counters_.unscored = alleles_written_ - summary_.scored();
            if (!free_.push(std::move(*batch))) {
                return;
            }
        }
    }

    void count(const seq::RecordAnnotation& annotation) {
        ++summary_.records;
        for (const auto& allele : annotation.alleles) {
            ++summary_.counts[static_cast<std::size_t>(allele.status)];
            ++alleles_written_;
            watch_.see(allele.status);
        }
    }

    io::VariantReader& reader_;
    RecordScorer& scorer_;
    ResultWriter& writer_;
    ProgressCounters& counters_;
    PipelineLimits limits_;
    BatchQueue free_;
    BatchQueue read_;
    BatchQueue scored_;
    MismatchWatch watch_;               // writer's thread
    report::RunSummary summary_;        // writer's thread
    std::int64_t alleles_written_ = 0;  // writer's thread
    std::int64_t alleles_read_ = 0;     // reader's thread
};

}  // namespace

report::RunSummary run_pipeline(io::VariantReader& reader,
                                RecordScorer& scorer,
                                ResultWriter& writer,
                                ProgressCounters& counters,
                                const PipelineLimits& limits) {
    return Pipeline(reader, scorer, writer, counters, limits).run();
}

}  // namespace varhush::apps
