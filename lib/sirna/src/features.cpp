#include "varhush/sirna/features.hpp"

#include "varhush/core/error.hpp"
#include "varhush/sirna/fold.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/nearest_neighbor.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

namespace varhush::sirna {
namespace {

constexpr std::size_t kBases = 19;
constexpr std::size_t kFlank = 19;
constexpr std::string_view kLetters = "ACGU";
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Takes values in order and, for features(), their names, which are only made when asked for.
class Emitter {
  public:
    explicit Emitter(std::span<float> values) : values_(values) {}
    explicit Emitter(std::vector<Feature>& names) : names_(&names) {}

    void block(std::string_view name) { block_ = name; }

    template <class MakeName>
    void put(const MakeName& make_name, double value) {
        if (names_ != nullptr) {
            names_->push_back({make_name(), std::string(block_)});
            return;
        }
        VARHUSH_CHECK(next_ < values_.size());
        values_[next_++] = static_cast<float>(value);
    }
    void put(const char* name, double value) {
        put([name] { return std::string(name); }, value);
    }

    [[nodiscard]] bool wants_values() const noexcept { return names_ == nullptr; }
    [[nodiscard]] bool complete() const noexcept { return next_ == values_.size(); }

  private:
    std::span<float> values_;
    std::size_t next_ = 0;
    std::vector<Feature>* names_ = nullptr;
    std::string_view block_;
};

std::size_t code(char base) noexcept {
    const auto at = kLetters.find(base);
    return at == std::string_view::npos ? 0 : at;
}

bool is_au(char base) noexcept {
    return base == 'A' || base == 'U';
}

double share_of(std::string_view text, std::string_view letters) {
    const auto known = std::count_if(text.begin(), text.end(), [](char c) {
        return kLetters.find(c) != std::string_view::npos;
    });
    if (known == 0) {
        return kUnknown;
    }
    const auto hits = std::count_if(text.begin(), text.end(), [&](char c) {
        return letters.find(c) != std::string_view::npos;
    });
    return static_cast<double>(hits) / static_cast<double>(known);
}

void one_hot(Emitter& out, const char* kind, int position, char base) {
    for (const char letter : kLetters) {
        out.put(
            [&] {
                std::string name = kind;
                name += position < 0 ? "_m" : "_";
                name += std::to_string(std::abs(position));
                name += '_';
                name += letter;
                return name;
            },
            base == letter ? 1 : 0);
    }
}

/// The letters around a site, nearest base first, X where unknown.
struct Flanks {
    std::string upstream = std::string(kFlank, 'X');    ///< nearest to the site first
    std::string downstream = std::string(kFlank, 'X');  ///< nearest to the site first

    explicit Flanks(const GuideQuery& query) {
        if (query.context.empty()) {
            return;
        }
        const std::string_view context = query.context;
        VARHUSH_CHECK(query.site_offset <= context.size() &&
                      context.size() - query.site_offset >= kBases);
        const std::size_t end = query.site_offset + kBases;
        for (std::size_t i = 0; i < kFlank && i < query.site_offset; ++i) {
            upstream[i] = context[query.site_offset - 1 - i];
        }
        for (std::size_t i = 0; i < kFlank && end + i < context.size(); ++i) {
            downstream[i] = context[end + i];
        }
    }
};

void put_bases(Emitter& out, std::string_view guide, const Flanks& flanks) {
    out.block("base");
    for (std::size_t i = 0; i < kBases; ++i) {
        one_hot(out, "base", static_cast<int>(i) + 1, guide[i]);
    }
    out.block("flank");
    for (int i = 3; i >= 0; --i) {  // guide position -i pairs with downstream base i
        one_hot(out, "flank", -i, complement_rna(flanks.downstream[static_cast<std::size_t>(i)]));
    }
    for (std::size_t i = 0; i < 4; ++i) {
        one_hot(out, "flank", 20 + static_cast<int>(i), complement_rna(flanks.upstream[i]));
    }
}

using Steps = std::array<double, kBases - 1>;

double sum_of(const Steps& steps, std::size_t first, std::size_t last) {
    double sum = 0;
    for (std::size_t i = first; i < last; ++i) {
        sum += steps[i];
    }
    return sum;
}

constexpr double kTerminalAu = 0.45;  // Xia et al. 1998, table 4

Steps steps_of(std::string_view guide) {
    const auto list = duplex_steps(guide);
    Steps steps{};
    VARHUSH_CHECK(list.size() == steps.size());
    std::copy(list.begin(), list.end(), steps.begin());
    return steps;
}

void put_energies(Emitter& out, std::string_view guide) {
    const Steps steps = steps_of(guide);
    out.block("step");
    for (std::size_t i = 0; i < steps.size(); ++i) {
        out.put([&] { return "dg_" + std::to_string(i + 1); }, steps[i]);
    }
    out.block("ends");
    const auto end_difference = [&](std::size_t count) {
        return sum_of(steps, 0, count) - sum_of(steps, steps.size() - count, steps.size());
    };
    out.put("end_difference_3", end_difference(3));
    out.put("end_difference_4", end_difference(4));
    out.put("end_difference_6", end_difference(6));
    const auto terminal = [](char base) { return is_au(base) ? kTerminalAu : 0.0; };
    out.put("end_difference_4_terminal_au",
            end_difference(4) + terminal(guide[0]) - terminal(guide[kBases - 1]));
    out.put("dg_duplex", sum_of(steps, 0, 18));
    out.put("dg_seed_2_8", sum_of(steps, 1, 7));
    out.put("dg_middle_8_13", sum_of(steps, 7, 12));
    out.put("dg_tail_13_19", sum_of(steps, 12, 18));
}

template <class Same>
double longest_run(std::string_view text, const Same& same) {
    std::size_t best = 0;
    std::size_t run = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        run = i > 0 && same(text[i - 1], text[i]) ? run + 1 : 1;
        best = std::max(best, run);
    }
    return static_cast<double>(best);
}

void put_rules(Emitter& out, std::string_view guide) {
    out.block("rules");
    const double gc = share_of(guide, "GC");
    out.put("gc", gc);
    out.put("gc_1_7", share_of(guide.substr(0, 7), "GC"));
    out.put("gc_8_13", share_of(guide.substr(7, 6), "GC"));
    out.put("gc_14_19", share_of(guide.substr(13), "GC"));
    out.put("gc_from_42_percent", std::abs(gc - 0.42));
    out.put("longest_run", longest_run(guide, [](char a, char b) { return a == b; }));
    out.put("longest_gc_or_au_run",
            longest_run(guide, [](char a, char b) { return is_au(a) == is_au(b); }));
    const auto au = [&](std::size_t first, std::size_t count) {
        const auto part = guide.substr(first, count);
        return static_cast<double>(std::count_if(part.begin(), part.end(), is_au));
    };
    out.put("au_1_5", au(0, 5));
    out.put("au_1_5_minus_15_19", au(0, 5) - au(14, 5));
    out.put("au_first_gc_last", is_au(guide.front()) && !is_au(guide.back()) ? 1 : 0);
    const bool triple =
        guide.find("GGG") != std::string_view::npos || guide.find("CCC") != std::string_view::npos;
    out.put("ggg_or_ccc", triple ? 1 : 0);
}

/// Word number `word` of that length in alphabetical order.
std::string word_of(std::size_t word, std::size_t length) {
    std::string text(length, 'A');
    for (std::size_t i = length; i-- > 0; word /= 4) {
        text[i] = kLetters[word % 4];
    }
    return text;
}

void put_kmers(Emitter& out, std::string_view guide) {
    out.block("kmer");
    std::array<int, 4> ones{};
    std::array<int, 16> twos{};
    std::array<int, 64> threes{};
    for (std::size_t i = 0; i < kBases; ++i) {
        ++ones[code(guide[i])];
        if (i >= 1) {
            ++twos[4 * code(guide[i - 1]) + code(guide[i])];
        }
        if (i >= 2) {
            ++threes[16 * code(guide[i - 2]) + 4 * code(guide[i - 1]) + code(guide[i])];
        }
    }
    const auto put_all = [&](const auto& counts, std::size_t length) {
        for (std::size_t i = 0; i < counts.size(); ++i) {
            out.put([&] { return "count_" + word_of(i, length); }, counts[i]);
        }
    };
    put_all(ones, 1);
    put_all(twos, 2);
    put_all(threes, 3);
}

/// Two and three neighbours by position, one-hot: a linear model of these is the weighted-degree
/// string kernel (Raetsch & Sonnenburg 2004).
void put_neighbors(Emitter& out, std::string_view guide, std::size_t length, const char* kind) {
    const std::size_t words = std::size_t{1} << (2 * length);
    for (std::size_t i = 0; i + length <= kBases; ++i) {
        std::size_t found = 0;
        for (std::size_t j = 0; j < length; ++j) {
            found = 4 * found + code(guide[i + j]);
        }
        for (std::size_t word = 0; word < words; ++word) {
            out.put(
                [&] {
                    std::string name = kind;
                    name += std::to_string(i + 1);
                    name += '_';
                    name += word_of(word, length);
                    return name;
                },
                word == found ? 1 : 0);
        }
    }
}

void put_context(Emitter& out, const Flanks& flanks) {
    out.block("context");
    const auto side = [&](std::string_view bases, const char* name) {
        for (const std::size_t count : {5, 10, 19}) {
            for (const char* letters : {"AU", "A", "U"}) {
                out.put(
                    [&] {
                        std::string text = "context_";
                        text += letters;
                        text += name;
                        text += std::to_string(count);
                        return text;
                    },
                    share_of(bases.substr(0, count), letters));
            }
        }
    };
    side(flanks.upstream, "_up_");
    side(flanks.downstream, "_down_");
    const auto known = [](std::string_view bases) {
        return static_cast<double>(std::count_if(bases.begin(), bases.end(), [](char c) {
            return kLetters.find(c) != std::string_view::npos;
        }));
    };
    out.put("context_known", (known(flanks.upstream) + known(flanks.downstream)) / (2.0 * kFlank));
}

void put_structure(Emitter& out, std::string_view guide, const SiteOpening& opening) {
    out.block("self");
    out.put("self_fold", out.wants_values() ? ensemble_kcal_mol(guide) : 0);
    out.block("access");
    out.put("opening_narrow_seed", opening.narrow_seed);
    out.put("opening_narrow_site", opening.narrow_site);
    out.put("opening_wide_seed", opening.wide_seed);
    out.put("opening_wide_site", opening.wide_site);
}

void put_all(Emitter& out, const GuideQuery& query) {
    const auto guide = std::string_view(query.guide).substr(0, kBases);
    const Flanks flanks(query);
    put_bases(out, guide, flanks);
    put_energies(out, guide);
    put_rules(out, guide);
    put_kmers(out, guide);
    out.block("pair");
    put_neighbors(out, guide, 2, "pair_");
    out.block("triple");
    put_neighbors(out, guide, 3, "triple_");
    put_context(out, flanks);
    put_structure(out, guide, query.opening);
}

}  // namespace

const std::vector<Feature>& features() {
    static const std::vector<Feature> kAll = [] {
        std::vector<Feature> all;
        Emitter out(all);
        put_all(out, {std::string(kBases, 'A'), {}, 0, {}});
        return all;
    }();
    return kAll;
}

void compute_features(const GuideQuery& query, std::span<float> out) {
    VARHUSH_CHECK(out.size() == features().size() && why_no_guide(query.guide).empty());
    Emitter emitter(out);
    put_all(emitter, query);
    VARHUSH_CHECK(emitter.complete());
}

}  // namespace varhush::sirna
