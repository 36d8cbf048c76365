#pragma once

#include "varhush/io/fasta_reader.hpp"
#include "varhush/seq/transcript.hpp"
#include "varhush/sirna/genome_placement.hpp"
#include "varhush/sirna/off_target_builder.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace varhush::apps {

/// Gets each transcript with its place on the genome, when that is known.
using TakeTranscript = std::function<void(sirna::TranscriptRecord record,
                                          const std::optional<sirna::GenomePlacement>& place)>;

/// Gene models by the names of their transcripts.
class GeneAnnotation {
  public:
    explicit GeneAnnotation(const std::string& path);

    [[nodiscard]] const std::vector<seq::Transcript>& transcripts() const noexcept {
        return models_.transcripts();
    }
    [[nodiscard]] const seq::GeneModels& models() const noexcept { return models_; }
    /// The model called `name`, an accession with any version; null when there is none or several
    /// would do.
    [[nodiscard]] const seq::Transcript* find(std::string_view name) const;

  private:
    seq::GeneModels models_;
    std::unordered_map<std::string, std::vector<std::size_t>> by_name_;  ///< without version
};

/// What was odd about the sources; told at the end.
struct SourceCounts {
    std::uint64_t without_model = 0;  ///< in the FASTA, not in --gtf
    std::uint64_t other_length = 0;   ///< the model's exons do not add up to the sequence
    std::uint64_t odd_cds = 0;        ///< CDS outside the exons or the sequence
    std::uint64_t no_contig = 0;      ///< spliced: contig or exon that the genome lacks
};

/// The transcripts of one FASTA file; `annotation` may be null. Names of the models that they have
/// go into `seen`.
/// @throws Error{kInput} for a file that is no FASTA, is cut, or has no record.
void read_transcript_fasta(const std::string& path,
                           const std::string& species,
                           const GeneAnnotation* annotation,
                           std::unordered_set<std::string>& seen,
                           SourceCounts& counts,
                           const TakeTranscript& take);

/// The transcripts of `annotation` that are not in `seen`, spliced from the genome.
void splice_transcripts(const GeneAnnotation& annotation,
                        const io::FastaReader& genome,
                        const std::string& species,
                        const std::unordered_set<std::string>& seen,
                        SourceCounts& counts,
                        const TakeTranscript& take);

}  // namespace varhush::apps
