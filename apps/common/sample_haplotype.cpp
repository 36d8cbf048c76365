#include "apps/common/sample_haplotype.hpp"

#include "apps/common/phase.hpp"
#include "apps/common/sample_index.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/variant_reader.hpp"
#include "varhush/seq/contig_alias.hpp"
#include "varhush/seq/haplotype.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

namespace varhush::apps {

namespace {

/// Takes the alleles of one file, record by record.
class Collector {
  public:
    Collector(int sample, int copy, const seq::ReferenceSource& reference)
        : sample_(static_cast<std::size_t>(sample)),
          copy_(static_cast<std::size_t>(copy - 1)),
          reference_(reference),
          aliases_(seq::aliases_of(reference)) {}

    void take(const io::VariantHeader& header, const io::VariantRecord& record) {
        record.calls(header, calls_);
        const int allele = carried(record);
        if (allele <= 0) {
            return;
        }
        const auto contig = aliases_.find(record.contig());
        if (!contig) {
            ++out_.left_out["on a contig that the FASTA lacks"];
            return;
        }
        const auto alt = static_cast<std::size_t>(allele - 1);
        if (alt >= record.alt_count()) {
            throw Error(ErrorKind::kInput,
                        record.where() + ": the genotype names ALT " + std::to_string(allele) +
                            " of " + std::to_string(record.alt_count()));
        }
        const auto status = seq::classify_alt(record.alt(alt));
        if (status != seq::AlleleStatus::kOk) {
            leave_out(status);
            return;
        }
        if (!seq::ref_agrees(reference_, *contig, record.position(), record.ref())) {
            throw Error(ErrorKind::kInput,
                        record.where() + ": REF is not in the reference",
                        "is this file on another genome build? see 'varhush check'");
        }
        add(*contig, seq::trimmed_in_place(record.position(), record.ref(), record.alt(alt)));
    }

    Haplotype finish() {
        for (auto& [contig, changes] : out_.changes) {
            keep_disjoint(changes);
            out_.applied += static_cast<std::int64_t>(changes.size());
        }
        std::string_view contig;
        for (const auto& [name, set] : sets_) {
            out_.joined_sets += name == contig ? 1 : 0;
            contig = name;
        }
        return std::move(out_);
    }

  private:
    /// Number of the allele on the haplotype; 0 for REF, -1 for none.
    int carried(const io::VariantRecord& record) {
        if (calls_.ploidy == 0) {
            throw Error(ErrorKind::kInput, record.where() + ": no genotype (FORMAT/GT)");
        }
        const Call call = read_call(calls_, sample_, record.position());
        switch (call.kind) {
            case Call::Kind::kNothing:
                return 0;
            case Call::Kind::kMissing:
                return known_half(record);
            case Call::Kind::kPloidy:
                throw Error(ErrorKind::kInput, record.where() + ": more than two haplotypes");
            case Call::Kind::kCarried:
                break;
        }
        if (call.second == io::SampleCalls::kAbsent) {
            return call.first;  // haploid: on both
        }
        if (call.unit.kind == PhaseUnit::Kind::kSite) {
            throw Error(ErrorKind::kInput,
                        record.where() + ": heterozygous without phase",
                        "phase the file first, or leave such records out");
        }
        if (call.unit.kind != PhaseUnit::Kind::kNone) {
            sets_.emplace(record.contig(), call.unit);
        }
        return copy_ == 0 ? call.first : call.second;
    }

    /// Of `1|.` the allele is known on one haplotype.
    int known_half(const io::VariantRecord& record) {
        const auto ploidy = static_cast<std::size_t>(calls_.ploidy);
        const int* alleles = calls_.alleles.data() + sample_ * ploidy;
        const bool has_two = ploidy >= 2 && alleles[1] != io::SampleCalls::kAbsent &&
                             (ploidy == 2 || alleles[2] == io::SampleCalls::kAbsent);
        if (has_two && calls_.phased[sample_] != 0 && alleles[copy_] >= 0) {
            sets_.emplace(record.contig(), set_of(calls_, sample_));
            return alleles[copy_];
        }
        ++out_.left_out["with a missing genotype"];
        return -1;
    }

    void leave_out(seq::AlleleStatus status) {
        if (status == seq::AlleleStatus::kStar) {
            return;  // the deletion that takes this place has a record of its own
        }
        ++out_.left_out[status == seq::AlleleStatus::kSymbolic ? "symbolic"
                                                               : "with letters outside ACGT"];
    }

    void add(const std::string& contig, seq::Change change) {
        if (!change.ref.empty() || !change.alt.empty()) {
            out_.changes[contig].push_back(std::move(change));
        }
    }

    // An insertion stands before the base at its start; two at one place have no order.
    static bool clash(const seq::Change& left, const seq::Change& right) {
        return right.start < left.end() ||
               (left.ref.empty() && right.ref.empty() && left.start == right.start);
    }

    // Of overlapping changes the first of the file stays; trimmed, a later record may start before
    // it.
    void keep_disjoint(std::vector<seq::Change>& changes) {
        std::vector<seq::Change> kept;  // by place
        for (seq::Change& change : changes) {
            const auto after = std::upper_bound(
                kept.begin(), kept.end(), change, [](const auto& a, const auto& b) {
                    return std::pair(a.start, a.end()) < std::pair(b.start, b.end());
                });
            if ((after != kept.begin() && clash(*std::prev(after), change)) ||
                (after != kept.end() && clash(change, *after))) {
                ++out_.left_out["overlapping another change of the haplotype"];
            } else {
                kept.insert(after, std::move(change));
            }
        }
        changes = std::move(kept);
    }

    std::size_t sample_;
    std::size_t copy_;
    const seq::ReferenceSource& reference_;
    seq::ContigAliases aliases_;
    Haplotype out_;
    io::SampleCalls calls_;
    std::set<std::pair<std::string, PhaseUnit>> sets_;  // of phase
};

}  // namespace

Haplotype read_haplotype(const std::string& vcf,
                         const std::string& sample,
                         int copy,
                         const seq::ReferenceSource& reference,
                         const io::ThreadPool& pool) {
    io::VariantReader reader({.path = vcf}, pool);
    Collector collector(
        sample_index(reader.header().samples(), sample, vcf, "a haplotype needs genotypes"),
        copy,
        reference);
    io::VariantRecord record;
    while (reader.next(record)) {
        collector.take(reader.header(), record);
    }
    return collector.finish();
}

}  // namespace varhush::apps
