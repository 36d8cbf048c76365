// Fuzzes count::AlleleCaller on any CIGAR and any variant: no crash, and what it says must be
// possible, and a perfect read of an allele is never called another; and seq::PairAligner: costs
// are what the alignment found can have, and more band never costs more.

#include "tests/fuzz/fuzz_input.hpp"
#include "varhush/count/allele_caller.hpp"
#include "varhush/seq/pair_alignment.hpp"

#include <optional>
#include <string>
#include <vector>

namespace {

using varhush::count::AlleleCaller;
using varhush::count::ReadCall;
using varhush::count::Site;
using varhush::fuzz::Bytes;
using varhush::io::Alignment;

std::string some_bases(Bytes& bytes, std::size_t length, std::size_t letters) {
    std::string bases;
    for (std::size_t i = 0; i < length; ++i) {
        bases += "ACGTN="[bytes.below(letters)];
    }
    return bases;
}

Alignment some_read(Bytes& bytes, std::size_t contig_bp) {
    Alignment read;
    read.contig = "c";
    read.contig_id = 0;
    read.start = static_cast<std::int64_t>(bytes.below(contig_bp));
    read.end = read.start;
    std::size_t bases = 0;
    for (std::size_t i = bytes.below(8); i > 0; --i) {
        const char op = "MIDNSHP=X"[bytes.below(9)];
        const auto length = static_cast<std::int64_t>(bytes.below(60));
        read.cigar.push_back({op, length});
        const bool both = op == 'M' || op == '=' || op == 'X';
        read.end += both || op == 'D' || op == 'N' ? length : 0;
        bases += both || op == 'I' || op == 'S' ? static_cast<std::size_t>(length) : 0;
    }
    if (bytes.below(8) == 0) {
        bases = bytes.below(100);  // SEQ and CIGAR disagree, or there is no SEQ
    }
    read.bases = some_bases(bytes, bases, 6);
    if (bytes.below(4) != 0) {
        for (std::size_t i = 0; i < read.bases.size(); ++i) {
            read.qualities.push_back(bytes.next());
        }
    }
    return read;
}

void check_aligner(Bytes& bytes) {
    const std::string read = some_bases(bytes, 1 + bytes.below(40), 5);
    const std::string haplotype = some_bases(bytes, 1 + bytes.below(80), 5);
    const auto middle = static_cast<std::int64_t>(bytes.below(100)) - 50;
    const auto width = static_cast<std::int64_t>(bytes.below(40));
    varhush::seq::PairAligner aligner;
    const auto narrow = aligner.align(read, {}, haplotype, {middle - width, middle + width});
    const auto wide = aligner.align(read, {}, haplotype, {-1000, 1000});
    VARHUSH_INVARIANT(wide.cost <= narrow.cost);
    VARHUSH_INVARIANT(wide.cost >= 0 && wide.start >= 0 && wide.start <= wide.end);
    VARHUSH_INVARIANT(wide.end <= static_cast<std::int64_t>(haplotype.size()));
    if (read.find('N') == std::string::npos && haplotype.find(read) != std::string::npos) {
        VARHUSH_INVARIANT(wide.cost == 0);
    }
}

/// A read of the whole slice of one allele, as an aligner that knows no gaps places it: by the
/// bases before the change, or by those behind it.
Alignment perfect_read(const Site& site, std::size_t allele, bool by_end) {
    Alignment read;
    read.contig = "c";
    read.contig_id = 0;
    read.bases = site.haplotypes[allele];
    const auto length = static_cast<std::int64_t>(read.bases.size());
    read.start = by_end ? site.slice_end - length : site.slice_start;
    read.end = read.start + length;
    read.cigar = {{'M', length}};
    return read;
}

void check_perfect_reads(Bytes& bytes, AlleleCaller& caller, const Site& site) {
    for (std::size_t i = 0; i < site.haplotypes.size(); ++i) {
        if (site.haplotypes[i].empty()) {
            continue;
        }
        const Alignment read = perfect_read(site, i, bytes.below(2) == 1);
        const auto call = read.start < 0 ? std::nullopt : caller.call(read, site);
        if (call && call->kind == ReadCall::Kind::kAllele) {
            VARHUSH_INVARIANT(call->allele == i);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Bytes bytes(data, size);
    check_aligner(bytes);
    varhush::seq::StringReference reference;
    const std::string bases = some_bases(bytes, 60 + bytes.below(190), 4 + bytes.below(2));
    reference.add("c", bases);
    const std::size_t position = bytes.below(bases.size());
    const std::string ref = bases.substr(position, 1 + bytes.below(12));
    std::vector<std::string> alts;
    for (std::size_t i = 1 + bytes.below(3); i > 0; --i) {
        alts.push_back(some_bases(bytes, 1 + bytes.below(20), 4));
    }
    const Site site = varhush::count::make_site(
        reference, "c", 0, static_cast<std::int64_t>(position), ref, alts, {});
    AlleleCaller caller{{}};
    check_perfect_reads(bytes, caller, site);
    for (int i = 0; i < 4; ++i) {
        const Alignment read = some_read(bytes, bases.size());
        const auto call = caller.call(read, site);
        if (!call) {
            continue;
        }
        VARHUSH_INVARIANT(call->allele <= alts.size());
        VARHUSH_INVARIANT(call->end_distance >= 0);
        VARHUSH_INVARIANT(call->quality >= 0);
        if (call->kind == ReadCall::Kind::kAllele && call->allele > 0) {
            VARHUSH_INVARIANT(site.status[call->allele - 1U] == varhush::seq::AlleleStatus::kOk);
        }
    }
    return 0;
}
