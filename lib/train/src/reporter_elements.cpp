#include "reporter_elements.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/effect_table.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/models/word_counts.hpp"
#include "varhush/scoring/mix_query.hpp"
#include "varhush/seq/alphabet.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <variant>

namespace varhush::train {

namespace {

std::size_t element_of(const io::EffectRow& row,
                       const io::FastaReader& inserts,
                       const std::string& path,
                       ElementData& data) {
    const auto found = std::find(data.names.begin(), data.names.end(), row.element);
    const auto index = static_cast<std::size_t>(found - data.names.begin());
    if (found == data.names.end()) {
        const auto length = inserts.length_bp(row.element);
        if (!length) {
            throw Error(ErrorKind::kInput, path + ": there is no sequence of " + row.element);
        }
        if (row.split != "train" && row.split != "valid" && row.split != "test") {
            throw Error(ErrorKind::kInput,
                        path + ": the split of " + row.element + " is '" + row.split + "'",
                        "expected train, valid or test");
        }
        data.names.push_back(row.element);
        data.splits.push_back(row.split);
        data.words.add(seq::base_codes(inserts.fetch(row.element, 0, *length)));
    } else if (data.splits[index] != row.split) {
        throw Error(ErrorKind::kInput,
                    path + ": " + row.element + " is in two splits",
                    "neighbours in an element share their motifs: split by element");
    }
    return index;
}

models::MixQuery query_of(const io::EffectRow& row,
                          const io::FastaReader& inserts,
                          const std::string& path) {
    const auto change = seq::normalise(inserts, row.element, row.position, row.ref, row.alt);
    if (const auto* found = std::get_if<seq::Change>(&change)) {
        if (auto query = scoring::mix_query(inserts, row.element, *found)) {
            return std::move(*query);
        }
    }
    throw Error(ErrorKind::kInput,
                path + ": " + row.element + " " + std::to_string(row.position + 1) + " " + row.ref +
                    ">" + row.alt + " does not fit the sequence of the element");
}

// What ALT has more than REF of whatever `visit` counts.
template <class Visit>
void add_difference(const models::MixQuery& query, std::int64_t word, const Visit& visit) {
    visit(models::around_change(query.alternative, word), 1.0);
    visit(models::around_change(query.reference, word), -1.0);
}

}  // namespace

std::vector<std::size_t> ElementData::rows_of(std::size_t element, bool deletions) const {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < variants.size(); ++i) {
        if (variants[i].element == element && variants[i].deletion == deletions) {
            rows.push_back(i);
        }
    }
    return rows;
}

ElementData read_elements(const ReporterTrainingConfig& config) {
    const std::string path = config.path_of(config.effects);
    const io::FastaReader inserts(config.path_of(config.inserts));
    ElementData data;
    for (const io::EffectRow& row : io::read_effect_table(path)) {
        if (!row.passed || !row.primary) {
            continue;
        }
        ElementVariant variant;
        variant.element = element_of(row, inserts, path, data);
        variant.deletion = row.alt.empty();
        variant.measured = row;
        variant.query = query_of(row, inserts, path);
        data.variants.push_back(std::move(variant));
    }
    return data;
}

MixColumns mix_columns(const ElementData& data,
                       const models::MotifBank& bank,
                       const at::Tensor& word_heads,
                       const ReporterStudent& student,
                       std::int64_t word_bp,
                       core::WorkerPool& pool) {
    const auto count = static_cast<std::int64_t>(data.variants.size());
    const auto motifs = static_cast<std::int64_t>(bank.size());
    const std::int64_t heads = word_heads.size(1);
    const auto four_mers = static_cast<std::int64_t>(models::kFourMers);
    MixColumns columns;
    columns.motifs = at::zeros({count, motifs}, at::kDouble);
    columns.heads = at::zeros({count, heads}, at::kDouble);
    columns.four_mers = at::zeros({count, four_mers}, at::kDouble);
    pool.run(count, [&](std::int64_t v, int) {
        const models::MixQuery& query = data.variants[static_cast<std::size_t>(v)].query;
        std::vector<double> before(bank.size());
        bank.occupancy(query.reference, before);
        const std::span<double> after(columns.motifs.data_ptr<double>() + v * motifs, bank.size());
        bank.occupancy(query.alternative, after);
        for (std::size_t m = 0; m < before.size(); ++m) {
            after[m] -= before[m];
        }
        double* head = columns.heads.data_ptr<double>() + v * heads;
        add_difference(query, models::kLongestWord, [&](auto codes, double sign) {
            models::visit_gapped_words(codes, [&](std::size_t word) {
                const float* weights =
                    word_heads.data_ptr<float>() + static_cast<std::int64_t>(word) * heads;
                for (std::int64_t h = 0; h < heads; ++h) {
                    head[h] += sign * static_cast<double>(weights[h]);
                }
            });
        });
        double* four = columns.four_mers.data_ptr<double>() + v * four_mers;
        add_difference(query, 4, [&](auto codes, double sign) {
            models::visit_four_mers(codes, [&](std::size_t word) { four[word] += sign; });
        });
    });
    std::vector<std::span<const std::uint8_t>> alternatives;
    std::vector<std::span<const std::uint8_t>> references;
    for (const ElementVariant& variant : data.variants) {
        alternatives.push_back(models::around_change(variant.query.alternative, word_bp));
        references.push_back(models::around_change(variant.query.reference, word_bp));
    }
    columns.features = student_sums(student, alternatives) - student_sums(student, references);
    // Words of average activity that a deletion takes away, or an insertion adds, count nothing.
    for (std::int64_t v = 0; v < count; ++v) {
        const auto at = static_cast<std::size_t>(v);
        const auto more = static_cast<double>(alternatives[at].size()) -
                          static_cast<double>(references[at].size());
        if (more != 0) {
            columns.features[v] -= student.feature_means * more;
        }
    }
    return columns;
}

}  // namespace varhush::train
