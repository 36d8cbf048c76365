#include "apps/calibrate/matched.hpp"

#include "varhush/seq/alphabet.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string_view>
#include <tuple>
#include <utility>

namespace varhush::apps {

namespace {

constexpr int kTries = 20'000;  // a CpG context turns up in about one of 200 places

// The stretch of a contig that the background covers, with a base more on either side.
struct Stretch {
    std::int64_t start = 0;
    std::string bases;

    [[nodiscard]] std::string_view at(std::int64_t position, std::size_t length) const {
        const auto from = position - start;
        if (from < 0 ||
            from + static_cast<std::int64_t>(length) > static_cast<std::int64_t>(bases.size())) {
            return {};
        }
        return std::string_view(bases).substr(static_cast<std::size_t>(from), length);
    }
};

std::map<std::string, Stretch> stretches_of(const std::vector<BackgroundAllele>& background,
                                            const seq::ReferenceSource& reference) {
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> spans;
    for (const auto& one : background) {
        const auto end = one.position + static_cast<std::int64_t>(one.ref.size());
        auto& span = spans.try_emplace(one.contig, one.position, end).first->second;
        span = {std::min(span.first, one.position), std::max(span.second, end)};
    }
    const auto aliases = seq::aliases_of(reference);
    std::map<std::string, Stretch> stretches;
    for (const auto& [contig, span] : spans) {
        if (const auto name = aliases.find(contig)) {
            stretches[contig] = {span.first - 1,
                                 reference.fetch(*name, span.first - 1, span.second + 1)};
        }
    }
    return stretches;
}

// Numbers below `bound`, the same on every platform (std::uniform_int_distribution is not).
std::uint64_t below(std::mt19937_64& engine, std::uint64_t bound) {
    return engine() % bound;
}

// REF at a new place, where the allele fits in; empty where it does not.
std::string_view fitting_ref(const BackgroundAllele& one,
                             const Stretch& stretch,
                             std::int64_t place) {
    const std::string_view here = stretch.at(place, one.ref.size());
    if (!seq::is_acgt(here)) {
        return {};
    }
    if (one.alt.size() == one.ref.size()) {  // the same bases between the same neighbours
        const std::size_t length = one.ref.size() + 2;
        return stretch.at(place - 1, length) == stretch.at(one.position - 1, length)
                   ? here
                   : std::string_view();
    }
    return here.front() == stretch.at(one.position, 1).front() ? here : std::string_view();
}

std::optional<BackgroundAllele> moved(const BackgroundAllele& one,
                                      const Stretch& stretch,
                                      std::mt19937_64& engine) {
    for (int i = 0; i < kTries; ++i) {
        const auto place =
            stretch.start + static_cast<std::int64_t>(below(engine, stretch.bases.size()));
        const std::string_view ref = fitting_ref(one, stretch, place);
        if (ref.empty()) {
            continue;
        }
        const bool deletion = one.alt.size() < one.ref.size();
        return BackgroundAllele{one.contig,
                                place,
                                std::string(ref),
                                deletion ? std::string(ref.substr(0, one.alt.size())) : one.alt};
    }
    return std::nullopt;
}

}  // namespace

std::string matched_vcf(const std::vector<BackgroundAllele>& background,
                        const seq::ReferenceSource& reference,
                        std::size_t count,
                        std::uint64_t seed) {
    const auto stretches = stretches_of(background, reference);
    std::mt19937_64 engine(seed);
    std::vector<BackgroundAllele> made;
    for (std::size_t i = 0; i < count && !background.empty(); ++i) {
        const auto& one = background[below(engine, background.size())];
        const auto stretch = stretches.find(one.contig);
        if (stretch == stretches.end()) {
            continue;
        }
        if (auto allele = moved(one, stretch->second, engine)) {
            made.push_back(std::move(*allele));
        }
    }
    std::sort(made.begin(), made.end(), [](const auto& a, const auto& b) {
        return std::tie(a.contig, a.position, a.ref, a.alt) <
               std::tie(b.contig, b.position, b.ref, b.alt);
    });
    std::string text = "##fileformat=VCFv4.3\n";
    for (const auto& contig : stretches) {
        text.append("##contig=<ID=").append(contig.first).append(">\n");
    }
    text += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    for (const auto& one : made) {
        text.append(one.contig).append("\t").append(std::to_string(one.position + 1));
        text.append("\t.\t").append(one.ref).append("\t").append(one.alt).append("\t.\t.\t.\n");
    }
    return text;
}

}  // namespace varhush::apps
