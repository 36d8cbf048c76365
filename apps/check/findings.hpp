#pragma once

#include "varhush/seq/allele_kind.hpp"
#include "varhush/seq/status.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace varhush::apps {

/// Something counted, with the first place where it was seen.
struct Counted {
    std::int64_t count = 0;
    std::string first;  ///< "chr1:12345 rs99"; empty when the count is 0

    void see(const std::string& where) {
        if (count++ == 0) {
            first = where;
        }
    }
};

/// A REF that is not what the FASTA has.
struct Mismatch {
    std::string where;
    std::string ref;    ///< as the record has it, cut when long
    std::string fasta;  ///< what stands there; empty past the contig end
};

/// How one FASTA and the file go together.
struct ReferenceFit {
    std::string path = {};
    std::optional<std::string> build = {};  ///< see seq::human_build
    std::int64_t equal_lengths = 0;         ///< header contigs with the FASTA's length
    std::int64_t other_lengths = 0;         ///< … with another one
    std::int64_t compared = 0;              ///< records whose REF was looked at
    std::int64_t agreeing = 0;
    std::int64_t unknown_contig = 0;        ///< compared records on contigs the FASTA lacks
    std::int64_t past_end = 0;              ///< compared records that reach past their contig
    std::int64_t not_normalised = 0;        ///< agreeing records that left alignment would change
    std::vector<Mismatch> mismatches = {};  ///< the first few

    [[nodiscard]] std::int64_t mismatching() const { return compared - agreeing - unknown_contig; }
};

/// A contig of the file, against the FASTA that fits best.
struct ContigFinding {
    std::string name = {};
    std::int64_t records = 0;
    std::int64_t alleles = 0;
    std::optional<std::int64_t> header_length = {};
    std::optional<std::string> fasta_name = {};
    std::optional<std::int64_t> fasta_length = {};

    [[nodiscard]] bool renamed() const { return fasta_name && *fasta_name != name; }
    [[nodiscard]] bool other_length() const {
        return header_length && fasta_length && *header_length != *fasta_length;
    }
};

/// All that was found out about a file.
struct Findings {
    std::string input;
    std::int64_t records = 0;
    std::int64_t alleles = 0;
    std::int64_t monomorphic = 0;   ///< records with ALT '.'
    std::int64_t multiallelic = 0;  ///< records with several ALTs
    seq::KindCounts kinds{};
    seq::StatusCounts unsupported{};  ///< alleles that cannot be scored, by reason
    Counted unsorted;                 ///< records out of order
    Counted duplicates;               ///< same CHROM, POS, REF and ALT as one before, same place
    bool every_record_compared = true;
    std::optional<std::string> header_build;
    std::vector<ReferenceFit> references;
    std::size_t best = 0;  ///< index in `references`
    std::vector<ContigFinding> contigs;

    [[nodiscard]] const ReferenceFit& fit() const { return references[best]; }
};

/// What is wrong (then the file does not fit) and what is only worth knowing, in sentences.
struct Verdict {
    std::vector<std::string> problems;
    std::vector<std::string> notes;

    [[nodiscard]] bool fits() const { return problems.empty(); }
};

[[nodiscard]] Verdict judge(const Findings& findings);

}  // namespace varhush::apps
