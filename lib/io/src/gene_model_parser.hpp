#pragma once

#include "gene_line.hpp"
#include "varhush/seq/transcript.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::io {

/// Collects the transcripts of one dialect, line by line.
class GeneModelDialect {
  public:
    virtual ~GeneModelDialect() = default;

    /// One feature. @throws Error{kInput}.
    virtual void add(const GeneLine& line, const FilePosition& position) = 0;

    /// The transcripts in order of first appearance, canonical ones marked.
    /// @throws Error{kInput} for what only shows at the end.
    virtual std::vector<seq::Transcript> finish(const FilePosition& position) = 0;
};

[[nodiscard]] std::unique_ptr<GeneModelDialect> make_gtf_dialect();
[[nodiscard]] std::unique_ptr<GeneModelDialect> make_gff3_dialect();

/// GTF or GFF3, told apart by the first feature's attributes (or ##gff-version 3). Needs no file:
/// lines are handed in, so that it can be tested and fuzzed alone.
class GeneModelParser {
  public:
    explicit GeneModelParser(std::string name);

    /// @throws Error{kInput} with name and line number.
    void add(std::string_view line);
    [[nodiscard]] seq::GeneModels finish();

  private:
    FilePosition position_;
    std::unique_ptr<GeneModelDialect> dialect_;
    bool at_sequence_ = false;  ///< behind ##FASTA nothing is a feature
};

/// A transcript under construction.
struct DraftTranscript {
    seq::Transcript transcript;
    int canonical_rank = 0;
};

/// Marks, in every gene (by gene_id, else gene_name, and contig), the transcripts of the highest
/// rank above 0; fills missing gene names.
[[nodiscard]] std::vector<seq::Transcript> settle(std::vector<DraftTranscript> drafts);

}  // namespace varhush::io
