#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::apps {

struct TranscriptomeOptions {
    std::vector<std::string> train;  ///< FASTA files whose composition is learned
    std::string output = "-";
    std::uint64_t bases = 300'000'000;
    std::uint64_t seed = 1;
};

/// `varhush bench transcriptome`: writes a made-up transcriptome with the composition of the given
/// sequence, for timing. Genes have exons of usual lengths; the letters of four exons in five come
/// from a Markov chain of order 8, one in five is a piece of the sequence itself, so that its
/// repeats are there; isoforms share exons; one gene in eight is a paralogue of an earlier one, 2
/// to 25 % of its bases changed. Headers have the form of GENCODE. Same options, same bytes.
void write_transcriptome(const TranscriptomeOptions& options);

}  // namespace varhush::apps
