#include "varhush/scoring/window_scorer.hpp"

#include "half.hpp"
#include "row_cache.hpp"
#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace varhush::scoring {

namespace {

using models::OutputType;
using models::PositionRange;
using Ranges = std::vector<PositionRange>;

/// Needs of one output, resolution and set of channels share their rows.
struct GroupKey {
    OutputType output;
    int resolution_bp;
    std::vector<std::int32_t> channels;

    auto operator<=>(const GroupKey&) const = default;
};

/// One need of one scorer.
struct Reader {
    VariantScorer* scorer;
    std::size_t need;
    const TrackNeed* what;
};

struct Group {
    std::vector<Reader> readers;
};
using Groups = std::map<GroupKey, Group>;

Ranges joined(Ranges ranges) {
    std::erase_if(ranges, [](const PositionRange& range) { return range.size() <= 0; });
    std::sort(ranges.begin(), ranges.end(), [](const PositionRange& a, const PositionRange& b) {
        return a.begin < b.begin;
    });
    Ranges result;
    for (const auto& range : ranges) {
        if (!result.empty() && range.begin <= result.back().end) {
            result.back().end = std::max(result.back().end, range.end);
        } else {
            result.push_back(range);
        }
    }
    return result;
}

// Parts of `ranges` inside `limits`, both ascending and disjoint.
Ranges inside(std::span<const PositionRange> ranges, std::span<const PositionRange> limits) {
    Ranges result;
    auto limit = limits.begin();
    for (const auto& range : ranges) {
        while (limit != limits.end() && limit->end <= range.begin) {
            ++limit;
        }
        for (auto at = limit; at != limits.end() && at->begin < range.end; ++at) {
            result.push_back({std::max(range.begin, at->begin), std::min(range.end, at->end)});
        }
    }
    return result;
}

// Cuts ranges into pieces of at most `most` positions in all.
std::vector<Ranges> cut(const Ranges& ranges, std::int64_t most) {
    std::vector<Ranges> chunks;
    std::int64_t room = 0;
    for (const auto& range : ranges) {
        for (std::int64_t begin = range.begin; begin < range.end;) {
            if (room <= 0) {
                chunks.emplace_back();
                room = most;
            }
            const std::int64_t end = std::min(range.end, begin + room);
            chunks.back().push_back({begin, end});
            room -= end - begin;
            begin = end;
        }
    }
    return chunks;
}

/// Values of some ranges, found again by range.
class RowStore {
  public:
    RowStore(Ranges ranges, std::vector<float> values, std::size_t columns)
        : ranges_(std::move(ranges)), values_(std::move(values)), columns_(columns) {
        std::size_t row = 0;
        for (const auto& range : ranges_) {
            first_row_.push_back(row);
            row += static_cast<std::size_t>(range.size());
        }
        VARHUSH_CHECK(values_.size() == row * columns_);
    }

    [[nodiscard]] std::span<const float> rows(const PositionRange& range) const {
        const auto after =
            std::upper_bound(ranges_.begin(),
                             ranges_.end(),
                             range.begin,
                             [](std::int64_t p, const PositionRange& r) { return p < r.begin; });
        VARHUSH_CHECK(after != ranges_.begin() && std::prev(after)->end >= range.end);
        const auto index = static_cast<std::size_t>(std::prev(after) - ranges_.begin());
        const std::size_t row =
            first_row_[index] + static_cast<std::size_t>(range.begin - ranges_[index].begin);
        return std::span(values_).subspan(row * columns_,
                                          static_cast<std::size_t>(range.size()) * columns_);
    }

  private:
    Ranges ranges_;
    std::vector<float> values_;
    std::size_t columns_;
    std::vector<std::size_t> first_row_;
};

// What the official code hands on of a prediction.
void as_published(OutputType output, std::vector<float>& values) {
    if (output == OutputType::kSpliceSiteUsage) {
        for (float& value : values) {
            value = round_to_half(value);
        }
    }
}

// A damaged model must end the run: a score of something that is no number would look like none.
void require_numbers(std::span<const float> values, std::string_view what) {
    if (!std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); })) {
        throw Error(ErrorKind::kModel,
                    "the model predicts " + std::string(what) + " that are not numbers",
                    "'varhush model verify' looks for damaged weights");
    }
}

/// The reference of one window, with what was read of it.
struct ReferenceWindow {
    ScoreWindow window;
    std::vector<std::uint8_t> codes;
    std::unique_ptr<models::SequencePass> pass;
    std::map<GroupKey, RowCache> kept;
    std::map<std::int64_t, std::vector<float>> embeddings;
    std::int64_t kept_bytes = 0;
};

/// An ALT in its window.
struct Alternative {
    std::unique_ptr<models::SequencePass> pass;
    std::map<int, std::optional<IndelAlignment>> alignments;  // by resolution
};

}  // namespace

struct WindowScorer::Impl {
    models::SequenceModel& model;
    int organism;
    const seq::ReferenceSource& reference;
    ScorerContext context;
    std::vector<ScorerSpec> specs;
    Limits limits;
    std::optional<ReferenceWindow> current;

    void open_window(const ScoreWindow& window, const ScoredVariant& variant);
    [[nodiscard]] Alternative predict_alternative(std::span<const ScoredVariant> changes);
    void feed_tracks(const Groups& groups, Alternative& alt, bool shared);
    void feed_chunk(const Groups& groups, const Ranges& chunk_bp, Alternative& alt, bool shared);
    std::vector<std::vector<float>> reference_rows(
        const std::vector<std::pair<GroupKey, Ranges>>& wanted, bool shared);
    void feed_contacts(VariantScorer& scorer, Alternative& alt);
    void feed_junctions(VariantScorer& scorer, Alternative& alt, bool shared);
    models::SiteEmbeddings reference_embeddings(const models::SpliceSiteRows& sites, bool shared);
    models::SiteEmbeddings aligned_embeddings(const models::SpliceSiteRows& sites,
                                              Alternative& alt) const;
};

std::vector<models::SharedStretch> shared_stretches(std::span<const std::uint8_t> ref,
                                                    std::span<const std::uint8_t> alt,
                                                    const ScoreWindow& window,
                                                    const ScoredVariant& variant) {
    const auto size = static_cast<std::int64_t>(ref.size());
    std::int64_t left = 0;
    while (left < size &&
           ref[static_cast<std::size_t>(left)] == alt[static_cast<std::size_t>(left)]) {
        ++left;
    }
    std::vector<models::SharedStretch> result;
    if (left > 0) {
        result.push_back({0, 0, left});
    }
    // Right of the variant ALT is the reference moved by the change of length; the stretch grows to
    // the left over bases that happen to agree.
    const std::int64_t shift = variant.inserted_bp();
    std::int64_t begin = std::max<std::int64_t>(
        variant.start - window.start + static_cast<std::int64_t>(variant.alt.size()),
        left);  // in a repeat the left stretch reaches past the change
    if (begin >= size || begin - shift >= size || begin - shift < 0) {
        return result;
    }
    const std::int64_t end = std::min(size, size + shift);
    while (begin > left && begin - shift > left &&
           alt[static_cast<std::size_t>(begin - 1)] ==
               ref[static_cast<std::size_t>(begin - 1 - shift)]) {
        --begin;
    }
    // Bases beyond the contig, or a variant across an end of the window, may break what should
    // agree: then less is shared, never something wrong.
    std::int64_t length = 0;
    while (begin + length < end && alt[static_cast<std::size_t>(begin + length)] ==
                                       ref[static_cast<std::size_t>(begin + length - shift)]) {
        ++length;
    }
    if (length > 0) {
        result.push_back({begin, begin - shift, length});
    }
    return result;
}

void WindowScorer::Impl::open_window(const ScoreWindow& window, const ScoredVariant& variant) {
    if (current && current->window == window) {
        return;
    }
    current.reset();  // before the next is made: never two windows in memory
    ReferenceWindow fresh;
    fresh.window = window;
    fresh.codes = seq::base_codes(ref_sequence(reference, window, variant));
    fresh.pass = model.run(fresh.codes, organism);
    current = std::move(fresh);
}

Alternative WindowScorer::Impl::predict_alternative(std::span<const ScoredVariant> changes) {
    const auto& window = current->window;
    const auto codes = seq::base_codes(alt_sequence(reference, window, changes));
    // As if everything from the first change to the last were one: less is shared then.
    ScoredVariant all{window.contig, changes.front().start, "", ""};
    std::int64_t at = all.start;
    for (const ScoredVariant& change : changes) {
        const auto between = static_cast<std::size_t>(change.start - at);
        all.ref += std::string(between, 'N') + change.ref;
        all.alt += std::string(between, 'N') + change.alt;
        at = change.end();
    }
    const auto stretches = shared_stretches(current->codes, codes, window, all);
    Alternative alt;
    alt.pass = model.run_edited(*current->pass, codes, stretches);
    for (const int resolution : {1, models::kTokenBp}) {
        alt.alignments.emplace(resolution, IndelAlignment::make(window, changes, resolution));
    }
    return alt;
}

std::vector<std::vector<float>> WindowScorer::Impl::reference_rows(
    const std::vector<std::pair<GroupKey, Ranges>>& wanted, bool shared) {
    std::vector<models::TrackQuery> queries;
    for (const auto& [key, ranges] : wanted) {
        auto& cache = current->kept.try_emplace(key, static_cast<std::int64_t>(key.channels.size()))
                          .first->second;
        queries.push_back({key.output, key.resolution_bp, cache.missing(ranges), key.channels});
    }
    auto fresh = current->pass->tracks(queries);
    std::vector<std::vector<float>> result;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto& [key, ranges] = wanted[i];
        require_numbers(fresh[i], models::output_name(key.output));
        as_published(key.output, fresh[i]);
        auto& cache = current->kept.find(key)->second;
        const auto bytes = static_cast<std::int64_t>(fresh[i].size() * sizeof(float));
        if (shared && current->kept_bytes + bytes <= limits.kept_bytes) {
            cache.add(queries[i].bins, fresh[i]);
            current->kept_bytes += bytes;
            result.push_back(cache.rows(ranges));
            continue;
        }
        RowCache once(cache.columns());
        once.add(queries[i].bins, fresh[i]);
        std::vector<float> rows;
        for (const auto& range : ranges) {
            // A range may be partly kept: its known parts come from the cache.
            for (std::int64_t begin = range.begin; begin < range.end;) {
                const Ranges rest{{begin, range.end}};
                const auto unknown = cache.missing(rest);
                const bool known = unknown.empty() || unknown.front().begin > begin;
                const std::int64_t end = known
                                             ? (unknown.empty() ? range.end : unknown.front().begin)
                                             : unknown.front().end;
                const Ranges piece{{begin, end}};
                const auto part = known ? cache.rows(piece) : once.rows(piece);
                rows.insert(rows.end(), part.begin(), part.end());
                begin = end;
            }
        }
        result.push_back(std::move(rows));
    }
    return result;
}

void WindowScorer::Impl::feed_chunk(const Groups& groups,
                                    const Ranges& chunk_bp,
                                    Alternative& alt,
                                    bool shared) {
    std::vector<std::pair<GroupKey, Ranges>> wanted;
    std::vector<models::TrackQuery> raw;      // ALT bins as they lie
    std::vector<models::TrackQuery> aligned;  // ALT bins that aligned ones are made of
    std::vector<const Group*> chosen;
    for (const auto& [key, group] : groups) {
        Ranges bins;
        for (const auto& range : chunk_bp) {
            bins.push_back({range.begin / key.resolution_bp,
                            (range.end + key.resolution_bp - 1) / key.resolution_bp});
        }
        bins = joined(std::move(bins));
        Ranges all;
        Ranges plain;
        Ranges moved;
        const auto& alignment = alt.alignments.at(key.resolution_bp);
        const bool moves = alignment && alignment->moves();
        for (const Reader& reader : group.readers) {
            for (const auto& range : inside(reader.what->bins, bins)) {
                all.push_back(range);
                (moves && reader.what->aligned ? moved : plain).push_back(range);
            }
        }
        if (all.empty()) {
            continue;
        }
        chosen.push_back(&group);
        wanted.emplace_back(key, joined(std::move(all)));
        raw.push_back({key.output, key.resolution_bp, joined(std::move(plain)), key.channels});
        aligned.push_back({key.output, key.resolution_bp, joined(std::move(moved)), key.channels});
    }
    if (wanted.empty()) {
        return;
    }
    const auto ref_rows = reference_rows(wanted, shared);
    std::vector<models::TrackQuery> queries = raw;
    for (std::size_t i = 0; i < aligned.size(); ++i) {
        auto query = aligned[i];
        if (!query.bins.empty()) {
            query.bins = alt.alignments.at(query.resolution_bp)->alt_bins(aligned[i].bins);
        }
        queries.push_back(std::move(query));
    }
    auto alt_rows = alt.pass->tracks(queries);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto& [key, ranges] = wanted[i];
        const std::size_t columns = key.channels.size();
        require_numbers(alt_rows[i], models::output_name(key.output));
        require_numbers(alt_rows[wanted.size() + i], models::output_name(key.output));
        as_published(key.output, alt_rows[i]);
        as_published(key.output, alt_rows[wanted.size() + i]);
        const RowStore ref(ranges, ref_rows[i], columns);
        const RowStore plain(raw[i].bins, std::move(alt_rows[i]), columns);
        std::vector<float> laid;
        if (!aligned[i].bins.empty()) {
            laid = alt.alignments.at(key.resolution_bp)
                       ->align(
                           aligned[i].bins, alt_rows[wanted.size() + i], static_cast<int>(columns));
        }
        const RowStore moved(aligned[i].bins, std::move(laid), columns);
        const auto& alignment = alt.alignments.at(key.resolution_bp);
        const bool moves = alignment && alignment->moves();
        for (const Reader& reader : chosen[i]->readers) {
            for (const auto& range : inside(reader.what->bins, ranges)) {
                // `ranges` also holds what other readers of the chunk want: only this chunk's part.
                const auto& alt_store = moves && reader.what->aligned ? moved : plain;
                reader.scorer->consume(
                    reader.need,
                    {key.output, range.begin, range.size(), ref.rows(range)},
                    {key.output, range.begin, range.size(), alt_store.rows(range)});
            }
        }
    }
}

void WindowScorer::Impl::feed_tracks(const Groups& groups, Alternative& alt, bool shared) {
    Groups fine;
    Groups coarse;
    Ranges positions;
    for (const auto& [key, group] : groups) {
        (key.resolution_bp == 1 ? fine : coarse).emplace(key, group);
        for (const Reader& reader : group.readers) {
            if (key.resolution_bp == 1) {
                positions.insert(
                    positions.end(), reader.what->bins.begin(), reader.what->bins.end());
            }
        }
    }
    const Ranges whole{{0, current->window.width()}};
    feed_chunk(coarse, whole, alt, shared);
    for (const auto& chunk : cut(joined(std::move(positions)), limits.chunk_bp)) {
        feed_chunk(fine, chunk, alt, shared);
    }
}

void WindowScorer::Impl::feed_contacts(VariantScorer& scorer, Alternative& alt) {
    const auto need = scorer.contact();
    if (!need) {
        return;
    }
    const PositionRange rows{0, current->window.width() / models::kPairBp};
    const PositionRange column{need->column, need->column + 1};
    const auto ref = current->pass->contact_maps(rows, column, need->channels);
    const auto changed = alt.pass->contact_maps(rows, column, need->channels);
    require_numbers(ref, "contact maps");
    require_numbers(changed, "contact maps");
    scorer.consume_contacts(ref, changed);
}

namespace {

std::vector<std::int64_t> all_sites(const models::SpliceSiteRows& sites) {
    std::vector<std::int64_t> all;
    for (const auto& row : sites) {
        all.insert(all.end(), row.begin(), row.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

// Rows of `values`, one for each of `positions`, by the sites of each row.
models::SiteEmbeddings by_row(const models::SpliceSiteRows& sites,
                              const std::vector<std::int64_t>& positions,
                              std::span<const float> values) {
    models::SiteEmbeddings result;
    const std::size_t width = positions.empty() ? 0 : values.size() / positions.size();
    for (std::size_t row = 0; row < sites.size(); ++row) {
        for (const std::int64_t site : sites[row]) {
            const auto at = static_cast<std::size_t>(
                std::lower_bound(positions.begin(), positions.end(), site) - positions.begin());
            const auto part = values.subspan(at * width, width);
            result[row].insert(result[row].end(), part.begin(), part.end());
        }
    }
    return result;
}

}  // namespace

models::SiteEmbeddings WindowScorer::Impl::reference_embeddings(const models::SpliceSiteRows& sites,
                                                                bool shared) {
    const auto positions = all_sites(sites);
    auto& known = current->embeddings;
    std::vector<std::int64_t> unknown;
    for (const std::int64_t position : positions) {
        if (!known.contains(position)) {
            unknown.push_back(position);
        }
    }
    const auto fresh = current->pass->embeddings_1bp(unknown);
    const auto width = static_cast<std::size_t>(model.config().embedding_1bp_dim);
    for (std::size_t i = 0; i < unknown.size(); ++i) {
        const auto part = std::span(fresh).subspan(i * width, width);
        known[unknown[i]].assign(part.begin(), part.end());
    }
    std::vector<float> values;
    for (const std::int64_t position : positions) {
        values.insert(values.end(), known[position].begin(), known[position].end());
    }
    auto result = by_row(sites, positions, values);
    if (!shared) {
        known.clear();
    }
    return result;
}

models::SiteEmbeddings WindowScorer::Impl::aligned_embeddings(const models::SpliceSiteRows& sites,
                                                              Alternative& alt) const {
    const auto positions = all_sites(sites);
    Ranges bins;
    for (const std::int64_t position : positions) {
        bins.push_back({position, position + 1});
    }
    const auto& alignment = alt.alignments.at(1);
    VARHUSH_CHECK(alignment.has_value());
    std::vector<std::int64_t> wanted;
    for (const auto& range : alignment->alt_bins(bins)) {
        for (std::int64_t position = range.begin; position < range.end; ++position) {
            wanted.push_back(position);
        }
    }
    const auto values =
        alignment->align(bins, alt.pass->embeddings_1bp(wanted), model.config().embedding_1bp_dim);
    return by_row(sites, positions, values);
}

void WindowScorer::Impl::feed_junctions(VariantScorer& scorer, Alternative& alt, bool shared) {
    if (!scorer.wants_junctions()) {
        return;
    }
    const auto sites = scorer.junction_sites();
    const auto tissues = scorer.junction_tissues();
    const auto ref = model.junctions(sites, reference_embeddings(sites, shared), organism, tissues);
    const auto changed = model.junctions(sites, aligned_embeddings(sites, alt), organism, tissues);
    for (const auto* counts : {&ref.plus, &ref.minus, &changed.plus, &changed.minus}) {
        require_numbers(*counts, "splice junctions");
    }
    scorer.consume_junctions(ref, changed);
}

WindowScorer::WindowScorer(models::SequenceModel& model,
                           int organism,
                           const seq::ReferenceSource& reference,
                           const ScorerContext& context,
                           std::vector<ScorerSpec> specs,
                           const Limits& limits)
    : impl_(new Impl{model, organism, reference, context, std::move(specs), limits, {}}) {
    for (const auto& spec : impl_->specs) {
        const bool reads_sites = spec.kind == ScorerKind::kSpliceJunction;
        if (reads_sites && !model.config().has(OutputType::kSpliceSites)) {
            throw Error(ErrorKind::kUsage,
                        "this model has no SPLICE_SITES, which " + spec.name() + " reads",
                        "choose other scorers with --scorers");
        }
        if (!model.config().has(spec.output)) {
            throw Error(ErrorKind::kUsage,
                        "this model has no " + std::string(models::output_name(spec.output)) +
                            ", which " + spec.name() + " reads",
                        "choose other scorers with --scorers");
        }
    }
}

WindowScorer::~WindowScorer() = default;

const std::vector<ScorerSpec>& WindowScorer::specs() const noexcept {
    return impl_->specs;
}

VariantScores WindowScorer::score(const ScoreWindow& window,
                                  const ScoredVariant& variant,
                                  bool shared) {
    return score(window, variant, {&variant, 1}, shared);
}

VariantScores WindowScorer::score(const ScoreWindow& window,
                                  const ScoredVariant& variant,
                                  std::span<const ScoredVariant> changes,
                                  bool shared) {
    std::vector<std::unique_ptr<VariantScorer>> scorers;
    Groups groups;
    bool idle = true;
    for (const auto& spec : impl_->specs) {
        scorers.push_back(make_scorer(spec, impl_->context, window, variant, changes));
        VariantScorer& scorer = *scorers.back();
        const auto needs = scorer.needs();
        for (std::size_t need = 0; need < needs.size(); ++need) {
            groups[{needs[need].output, needs[need].resolution_bp, needs[need].channels}]
                .readers.push_back({&scorer, need, &needs[need]});
        }
        idle = idle && needs.empty() && !scorer.contact() && !scorer.wants_junctions();
    }
    if (!idle) {
        impl_->open_window(window, variant);
        auto alt = impl_->predict_alternative(changes);
        impl_->feed_tracks(groups, alt, shared);
        for (const auto& scorer : scorers) {
            impl_->feed_contacts(*scorer, alt);
            impl_->feed_junctions(*scorer, alt, shared);
        }
    }
    VariantScores scores;
    for (const auto& scorer : scorers) {
        scores.push_back(scorer->finish());
    }
    return scores;
}

}  // namespace varhush::scoring
