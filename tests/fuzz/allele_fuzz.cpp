// Fuzzes seq::normalise: whatever the record, the change keeps the haplotype, is minimal and
// leftmost, is its own normal form, and is the same for every other spelling.

#include "tests/fuzz/fuzz_input.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cctype>

namespace {

using varhush::fuzz::Bytes;
using varhush::seq::AlleleStatus;
using varhush::seq::Change;
using varhush::seq::StringReference;

struct Record {
    std::size_t position = 0;
    std::string ref;
    std::string alt;
};

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) {
        return static_cast<char>(std::toupper(letter));
    });
    return text;
}

/// A short repeated unit gives indels room to move; N stops them.
std::string make_bases(Bytes& bytes) {
    std::string bases;
    const std::size_t pieces = 1 + bytes.below(6);
    for (std::size_t i = 0; i < pieces; ++i) {
        std::string unit;
        for (std::size_t k = 1 + bytes.below(5); k > 0; --k) {
            unit += "ACGTN"[bytes.below(5)];
        }
        for (std::size_t k = 1 + bytes.below(60); k > 0; --k) {
            bases += unit;
        }
    }
    return bases;
}

/// Mostly a record that fits; sometimes any bytes at any place.
Record make_record(Bytes& bytes, const std::string& bases) {
    Record record;
    record.position = bytes.below(256) % bases.size();
    const std::size_t ref_bp =
        std::min<std::size_t>(1 + bytes.below(20), bases.size() - record.position);
    record.ref = bases.substr(record.position, ref_bp);
    const std::size_t kind = bytes.below(8);
    if (kind == 0) {
        record.ref = bytes.text(bytes.below(6));
    }
    if (kind <= 1) {
        record.alt = bytes.text(bytes.below(12));
        return record;
    }
    if (kind <= 4) {  // repeats a part of REF, or drops it
        record.alt = record.ref + record.ref.substr(bytes.below(ref_bp));
        if (kind == 4) {
            std::swap(record.ref, record.alt);
            record.ref = bases.substr(record.position, record.ref.size());
        }
        return record;
    }
    for (std::size_t k = 1 + bytes.below(12); k > 0; --k) {
        record.alt += "ACGTacgtNR"[bytes.below(10)];
    }
    return record;
}

/// With letters outside ACGT as N, as the reference has them: a record may spell such a base in any
/// way where it changes nothing.
std::string haplotype(const std::string& bases, const Record& record) {
    std::string alt = record.alt;
    std::transform(alt.begin(), alt.end(), alt.begin(), varhush::seq::to_acgtn);
    std::string changed = bases;
    changed.replace(record.position, record.ref.size(), alt);
    return changed;
}

Record respell(Bytes& bytes, const std::string& bases, Record record) {
    for (std::size_t step = bytes.below(40); step > 0; --step) {
        const std::size_t end = record.position + record.ref.size();
        switch (bytes.below(4)) {
            case 0:
                if (record.position > 0) {
                    const char base = bases[--record.position];
                    record.ref.insert(0, 1, base);
                    record.alt.insert(0, 1, base);
                }
                break;
            case 1:
                if (end < bases.size()) {
                    record.ref += bases[end];
                    record.alt += bases[end];
                }
                break;
            case 2:
                if (!record.ref.empty() && !record.alt.empty() &&
                    record.ref.front() == record.alt.front()) {
                    record.ref.erase(0, 1);
                    record.alt.erase(0, 1);
                    ++record.position;
                }
                break;
            default:
                if (!record.ref.empty() && !record.alt.empty() &&
                    record.ref.back() == record.alt.back()) {
                    record.ref.pop_back();
                    record.alt.pop_back();
                }
        }
    }
    return record;
}

void check_form(const std::string& bases, const Change& change) {
    VARHUSH_INVARIANT(change.start >= 0);
    VARHUSH_INVARIANT(change.end() <= static_cast<std::int64_t>(bases.size()));
    VARHUSH_INVARIANT(change.ref != change.alt);
    const auto start = static_cast<std::size_t>(change.start);
    VARHUSH_INVARIANT(bases.compare(start, change.ref.size(), change.ref) == 0);
    for (const std::string& allele : {change.ref, change.alt}) {
        VARHUSH_INVARIANT(allele.empty() || varhush::seq::is_acgt(allele));
        VARHUSH_INVARIANT(allele == upper(allele));
    }
    if (!change.ref.empty() && !change.alt.empty()) {
        VARHUSH_INVARIANT(change.ref.front() != change.alt.front());
        VARHUSH_INVARIANT(change.ref.back() != change.alt.back());
    } else if (start > 0) {
        const std::string& moved = change.ref.empty() ? change.alt : change.ref;
        VARHUSH_INVARIANT(bases[start - 1] != moved.back());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Bytes bytes(data, size);
    const std::string bases = make_bases(bytes);
    StringReference reference;
    reference.add("c", bases);
    const Record record = make_record(bytes, bases);
    const auto run = [&](const Record& one) {
        return varhush::seq::normalise(
            reference, "c", static_cast<std::int64_t>(one.position), one.ref, one.alt);
    };
    const auto result = run(record);
    if (const auto* status = std::get_if<AlleleStatus>(&result)) {
        VARHUSH_INVARIANT(*status != AlleleStatus::kOk);
        VARHUSH_INVARIANT(*status != AlleleStatus::kContigMissing);
        return 0;
    }
    const Change& change = std::get<Change>(result);
    check_form(bases, change);
    const Record minimal{static_cast<std::size_t>(change.start), change.ref, change.alt};
    VARHUSH_INVARIANT(haplotype(bases, minimal) == haplotype(bases, record));
    VARHUSH_INVARIANT(run(minimal) == result);
    const Record other = respell(bytes, bases, record);
    VARHUSH_INVARIANT(haplotype(bases, other) == haplotype(bases, record));
    VARHUSH_INVARIANT(run(other) == result);
    return 0;
}
