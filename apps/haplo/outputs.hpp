#pragma once

#include "apps/haplo/block_builder.hpp"
#include "apps/haplo/effects.hpp"
#include "apps/haplo/options.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/variant_writer.hpp"
#include "varhush/scoring/haplotype_scorer.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::apps {

/// One line of the table: a haplotype of a block and a score.
struct HaploLine {
    std::string haplotype;  ///< 1, 2, low or high
    std::string status;     ///< OK, or why there are no numbers
    std::string changes;
    std::string model;
    std::string score;  ///< the tag: VH_SPL, …
    scoring::HaplotypeValues values;
};

/// A scored block; samples that carry the same share it.
struct ScoredBlock {
    std::shared_ptr<const Block> block;
    std::vector<HaploLine> lines;
    std::vector<std::string> statuses;  ///< of its haplotypes: OK where some model has a score
    std::int64_t changed = 0;  ///< its haplotypes, possible ones too, that are no reference
};

/// Writes lines and records in the order in which they come. Nothing is left without close().
class HaploOutputs {
  public:
    HaploOutputs(const HaploOptions& options,
                 const std::vector<HaploModel>& models,
                 const io::VariantHeader& input,
                 const io::ThreadPool& pool);

    [[nodiscard]] bool writes_records() const noexcept { return writer_ != nullptr; }

    void add(const std::string& sample, const ScoredBlock& scored, std::int64_t missing);
    /// `of_sample`: the block of each sample of the file that this record belongs to, or null.
    void add(io::VariantRecord& record,
             std::span<const std::shared_ptr<const ScoredBlock>> of_sample);
    void close();

  private:
    io::VariantHeader header_;
    std::unique_ptr<io::OutputFile> table_;
    std::unique_ptr<io::VariantWriter> writer_;
    std::string buffer_;
    std::vector<std::string> texts_;  ///< reused
};

}  // namespace varhush::apps
