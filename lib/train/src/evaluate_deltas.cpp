#include "varhush/core/correlation.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_reader.hpp"
#include "varhush/scoring/splice_scorer.hpp"
#include "varhush/train/evaluate.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <span>
#include <sstream>
#include <string_view>
#include <utility>

namespace varhush::train {
namespace {

constexpr std::size_t kBatch = 512;  // variants scored at once: bounds the memory

std::vector<std::string> split(const std::string& text, char separator) {
    std::istringstream in(text);
    std::vector<std::string> fields;
    for (std::string field; std::getline(in, field, separator);) {
        fields.push_back(field);
    }
    return fields;
}

std::string delta_key(const Substitution& s, const std::string& gene) {
    return s.contig + ":" + std::to_string(s.position + 1) + ":" + s.ref + ">" + s.alt + ":" + gene;
}

/// The gene and the four scores of an entry "ALLELE|SYMBOL|AG|AL|DG|DL|…"; no scores for dots.
std::pair<std::string, std::vector<double>> parse_entry(const std::string& entry) {
    const auto fields = split(entry, '|');
    VARHUSH_CHECK(fields.size() >= 6);
    std::vector<double> deltas;
    for (std::size_t i = 2; i < 6 && fields[2] != "."; ++i) {
        deltas.push_back(std::strtod(fields[i].c_str(), nullptr));
    }
    return {fields[1], deltas};
}

struct Common {
    std::vector<std::vector<double>> expected, found;
};

Common common_keys(const DeltaScores& expected, const DeltaScores& found) {
    std::map<std::string, std::size_t> at;
    for (std::size_t i = 0; i < expected.keys.size(); ++i) {
        at[expected.keys[i]] = i;
    }
    Common out;
    for (std::size_t i = 0; i < found.keys.size(); ++i) {
        const auto other = at.find(found.keys[i]);
        if (other != at.end() && !found.deltas[i].empty() &&
            !expected.deltas[other->second].empty()) {
            out.expected.push_back(expected.deltas[other->second]);
            out.found.push_back(found.deltas[i]);
        }
    }
    return out;
}

using Correlation = double (*)(std::span<const double>, std::span<const double>);

Measured measure(const Common& common, bool largest, Correlation correlation, int rounds) {
    const auto over = [&](std::span<const std::size_t> drawn) {
        std::vector<double> x;
        std::vector<double> y;
        const auto add = [&](const std::vector<double>& from, std::vector<double>& to) {
            if (largest) {
                to.push_back(*std::max_element(from.begin(), from.end()));
            } else {
                to.insert(to.end(), from.begin(), from.end());
            }
        };
        for (const auto index : drawn) {
            add(common.expected[index], x);
            add(common.found[index], y);
        }
        return correlation(x, y);
    };
    std::vector<std::size_t> all(common.expected.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = i;
    }
    return {over(all), bootstrap(all.size(), rounds, 1, over)};
}

void score_batch(scoring::SpliceScorer& scorer,
                 std::span<const Substitution> substitutions,
                 DeltaScores& out) {
    std::vector<scoring::VariantInput> batch;
    for (const auto& s : substitutions) {
        batch.push_back({s.contig, s.position, s.ref, {s.alt}});
    }
    const auto scored = scorer.score(batch);
    VARHUSH_CHECK(scored.size() == batch.size());
    for (std::size_t i = 0; i < scored.size(); ++i) {
        const auto& s = substitutions[i];
        for (const auto& entry : scored[i].compat) {
            auto [gene, deltas] = parse_entry(entry);
            out.keys.push_back(delta_key(s, gene));
            out.deltas.push_back(std::move(deltas));
        }
    }
}

/// What follows "tag=" in an INFO column; empty without.
std::string info_value(std::string_view info, const std::string& tag) {
    for (const auto& field : split(std::string(info), ';')) {
        if (field.starts_with(tag + "=")) {
            return field.substr(tag.size() + 1);
        }
    }
    return {};
}

bool is_base(std::string_view text) {
    return text.size() == 1 && text.find_first_not_of("ACGT") == std::string_view::npos;
}

/// Four numbers, or four dots, behind allele and gene.
void check_entry(const std::string& entry, const std::string& where) {
    const auto fields = split(entry, '|');
    bool good = fields.size() >= 6;
    const bool dots = good && fields[2] == ".";
    for (std::size_t i = 2; good && i < 6; ++i) {
        char* end = nullptr;
        static_cast<void>(std::strtod(fields[i].c_str(), &end));
        good = dots ? fields[i] == "." : !fields[i].empty() && *end == '\0';
    }
    if (!good) {
        throw Error(ErrorKind::kInput,
                    where + ": expected ALLELE|GENE|four deltas|..., found " + entry);
    }
}

}  // namespace

std::vector<Substitution> read_substitutions(const std::string& path) {
    const io::ThreadPool pool(0);
    io::VariantReader reader({path}, pool);
    io::VariantRecord record;
    std::vector<Substitution> out;
    while (reader.next(record)) {
        for (std::size_t i = 0; record.ref().size() == 1 && i < record.alt_count(); ++i) {
            if (is_base(record.alt(i))) {
                out.push_back({std::string(record.contig()),
                               record.position(),
                               std::string(record.ref()),
                               std::string(record.alt(i))});
            }
        }
    }
    return out;
}

DeltaScores read_recorded_deltas(const std::string& path, const std::string& tag) {
    io::TextReader reader(path);
    DeltaScores out;
    for (std::string line; reader.next(line);) {
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const auto fields = io::split_tabs(line);
        if (fields.size() < 8) {
            throw Error(ErrorKind::kInput, reader.where() + ": expected the columns of a VCF");
        }
        for (const auto& entry : split(info_value(fields[7], tag), ',')) {
            check_entry(entry, reader.where());
            const Substitution s{std::string(fields[0]),
                                 std::strtoll(std::string(fields[1]).c_str(), nullptr, 10) - 1,
                                 std::string(fields[3]),
                                 entry.substr(0, entry.find('|'))};
            if (s.ref.size() == 1 && is_base(s.alt)) {
                auto [gene, deltas] = parse_entry(entry);
                out.keys.push_back(delta_key(s, gene));
                out.deltas.push_back(std::move(deltas));
            }
        }
    }
    reader.refuse_cut_line();
    if (out.keys.empty()) {
        throw Error(ErrorKind::kInput, path + ": no substitution has the INFO tag " + tag);
    }
    return out;
}

DeltaScores delta_scores(const std::shared_ptr<const models::SpliceNetwork>& network,
                         const seq::ReferenceSource& reference,
                         const seq::GeneModels& genes,
                         const std::vector<Substitution>& substitutions,
                         int threads) {
    scoring::SpliceScorerOptions options;
    options.compat = true;
    options.compat_digits = 6;
    scoring::SpliceScorer scorer(network, reference, &genes, options, threads);
    DeltaScores out;
    const std::span<const Substitution> all(substitutions);
    for (std::size_t first = 0; first < all.size(); first += kBatch) {
        score_batch(scorer, all.subspan(first, std::min(kBatch, all.size() - first)), out);
    }
    return out;
}

DeltaAgreement compare_deltas(const DeltaScores& expected, const DeltaScores& found, int rounds) {
    const Common common = common_keys(expected, found);
    if (common.expected.size() < 3) {
        throw Error(ErrorKind::kInput, "fewer than three substitutions were scored by both models");
    }
    DeltaAgreement out;
    out.pairs = static_cast<std::int64_t>(common.expected.size());
    out.all_pearson = measure(common, false, core::pearson_correlation, rounds);
    out.all_spearman = measure(common, false, core::spearman_correlation, rounds);
    out.largest_pearson = measure(common, true, core::pearson_correlation, rounds);
    out.largest_spearman = measure(common, true, core::spearman_correlation, rounds);
    return out;
}

}  // namespace varhush::train
