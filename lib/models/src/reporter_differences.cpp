// What a reporter network says of whole sequences and of changes, as sums over words.
#include "varhush/core/error.hpp"
#include "varhush/models/reporter_network.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace varhush::models {

namespace {

// Queries a thread takes at once: with two strands and two alleles 128 sequences, whose
// activations (21 columns of 512 bytes) stay in the second-level cache or close to it.
constexpr std::int64_t kChunkQueries = 32;

std::vector<std::uint8_t> reverse_complement(std::span<const std::uint8_t> codes) {
    std::vector<std::uint8_t> turned(codes.rbegin(), codes.rend());
    for (auto& code : turned) {
        code = static_cast<std::uint8_t>(code < 4 ? 3 - code : 4);
    }
    return turned;
}

// Positions that the word at `column` takes in the windows that start in `starts`.
PositionRange places_of(std::int64_t column, PositionRange starts, std::int64_t words) {
    const std::int64_t begin = std::max<std::int64_t>(0, column - (starts.end - 1));
    return {begin, std::max(begin, std::min(words, column - starts.begin + 1))};
}

// Sums columns times the head's weights; neighbours with the same weights are added up first.
class WeightedSum {
  public:
    WeightedSum(const ReporterNetwork& network, bool reverse)
        : network_(network),
          reverse_(reverse),
          column_(static_cast<std::size_t>(network.config().channels)),
          sums_(network.tasks()) {}

    // Adds `plus` - `minus`; either may be null.
    void add(PositionRange places, const float* plus, const float* minus) {
        if (places.size() == 0) {
            return;
        }
        if (!(places == places_)) {
            flush();
            places_ = places;
        }
        for (std::size_t c = 0; c < column_.size(); ++c) {
            column_[c] += plus != nullptr ? static_cast<double>(plus[c]) : 0.0;
            column_[c] -= minus != nullptr ? static_cast<double>(minus[c]) : 0.0;
        }
    }

    // The sums [tasks] of all that was added.
    const std::vector<double>& finish() {
        flush();
        return sums_;
    }

  private:
    void flush() {
        if (places_.size() > 0) {
            network_.add_weighted(column_, places_, reverse_, sums_);
            std::fill(column_.begin(), column_.end(), 0.0);
        }
        places_ = {};
    }

    const ReporterNetwork& network_;
    bool reverse_;
    PositionRange places_;
    std::vector<double> column_;
    std::vector<double> sums_;
};

// Sequences of a chunk, each once whatever asks for it, with the columns of each.
class SequencePool {
  public:
    struct Id {
        std::size_t length = 0;
        std::size_t index = 0;
    };

    Id add(const std::vector<std::uint8_t>& codes) {
        Group& group = groups_[codes.size()];
        const auto [found, is_new] =
            group.known.try_emplace(std::string(codes.begin(), codes.end()), group.known.size());
        if (is_new) {
            group.codes.insert(group.codes.end(), codes.begin(), codes.end());
        }
        return {codes.size(), found->second};
    }

    void run(const ReporterNetwork& network, ReporterScratch& scratch) {
        stride_ = static_cast<std::size_t>(nn::padded_columns(network.config().channels));
        word_ = static_cast<std::size_t>(network.config().word_bp());
        for (auto& [length, group] : groups_) {
            const auto rows = network.columns(
                group.codes, static_cast<std::int64_t>(group.known.size()), scratch);
            group.columns.assign(rows.data,
                                 rows.data + group.known.size() * (length - word_ + 1) * stride_);
        }
    }

    // Column number `at` of a sequence.
    [[nodiscard]] const float* column(Id id, std::int64_t at) const {
        const std::size_t count = id.length - word_ + 1;
        return groups_.at(id.length).columns.data() +
               (id.index * count + static_cast<std::size_t>(at)) * stride_;
    }

  private:
    struct Group {
        std::unordered_map<std::string, std::size_t> known;
        std::vector<std::uint8_t> codes;
        std::vector<float> columns;
    };

    std::map<std::size_t, Group> groups_;
    std::size_t stride_ = 0;
    std::size_t word_ = 0;
};

// The columns [begin, end) of one haplotype on both strands.
struct Stretch {
    PositionRange columns;
    SequencePool::Id forward;
    SequencePool::Id reverse;

    [[nodiscard]] const float* at(const SequencePool& pool,
                                  std::int64_t column,
                                  bool turned) const {
        return turned ? pool.column(reverse, columns.end - 1 - column)
                      : pool.column(forward, column - columns.begin);
    }
};

// Which columns of the two haplotypes a query needs. Left of `first` nothing differs; `changed_end`
// is the end of what is new in the edited one, from where on its columns are those of the other
// `shift` lower.
struct Plan {
    std::int64_t first = 0;
    std::int64_t reference_end = 0;
    std::int64_t changed_end = 0;
    std::int64_t end = 0;  // of the columns to compare
};

Plan plan_of(const ReporterConfig& config, const SequenceEdit& edit, PositionRange starts) {
    const auto inserted = static_cast<std::int64_t>(edit.inserted.size());
    Plan plan;
    plan.first = edit.start - config.word_bp() + 1;
    plan.changed_end = edit.start + inserted;
    if (edit.shift() == 0) {
        plan.end = plan.reference_end = plan.changed_end;
        return plan;
    }
    plan.end = std::max(starts.end - 1 + config.words(), plan.first);
    plan.reference_end = std::max(plan.end, plan.end - edit.shift());
    plan.changed_end = std::min(plan.changed_end, plan.end);
    return plan;
}

// One query on its way.
struct Pending {
    Plan plan;
    std::optional<Stretch> reference;
    std::optional<Stretch> changed;
};

class ChunkPass {
  public:
    ChunkPass(const ReporterNetwork& network, std::span<const ReporterQuery> queries)
        : network_(network), queries_(queries) {
        pending_.reserve(queries.size());
        for (const ReporterQuery& query : queries) {
            pending_.push_back(prepare(query));
        }
    }

    void run(ReporterScratch& scratch, std::span<double> out) {
        pool_.run(network_, scratch);
        for (std::size_t q = 0; q < queries_.size(); ++q) {
            judge(q, out.subspan(q * network_.tasks(), network_.tasks()));
        }
    }

  private:
    Stretch add(PositionRange columns, const std::vector<std::uint8_t>& codes) {
        return {columns, pool_.add(codes), pool_.add(reverse_complement(codes))};
    }

    Pending prepare(const ReporterQuery& query) {
        const PositionRange context = network_.context_of(query.edit, query.starts);
        VARHUSH_CHECK(context.begin >= 0 &&
                      context.end <= static_cast<std::int64_t>(query.codes.size()));
        const std::int64_t flank = network_.config().word_bp() - 1;
        Pending pending;
        pending.plan = plan_of(network_.config(), query.edit, query.starts);
        const Plan& plan = pending.plan;
        const auto base = query.codes.begin();
        if (plan.first < plan.reference_end) {
            pending.reference = add({plan.first, plan.reference_end},
                                    {base + plan.first, base + plan.reference_end + flank});
        }
        if (plan.first < plan.changed_end) {
            std::vector<std::uint8_t> edited(base + plan.first, base + query.edit.start);
            edited.insert(edited.end(), query.edit.inserted.begin(), query.edit.inserted.end());
            const auto right = base + query.edit.start + query.edit.removed;
            edited.insert(edited.end(), right, right + flank);
            edited.resize(static_cast<std::size_t>(plan.changed_end - plan.first + flank));
            pending.changed = add({plan.first, plan.changed_end}, edited);
        }
        return pending;
    }

    void judge(std::size_t q, std::span<double> out) const {
        const ReporterQuery& query = queries_[q];
        const Pending& pending = pending_[q];
        std::fill(out.begin(), out.end(), 0.0);
        for (const bool turned : {false, true}) {
            WeightedSum sum(network_, turned);
            for (std::int64_t at = pending.plan.first; at < pending.plan.end; ++at) {
                const bool is_new = at < pending.plan.changed_end;
                const float* alt =
                    is_new ? pending.changed->at(pool_, at, turned)
                           : pending.reference->at(pool_, at - query.edit.shift(), turned);
                sum.add(places_of(at, query.starts, network_.config().words()),
                        alt,
                        pending.reference->at(pool_, at, turned));
            }
            const auto& sums = sum.finish();
            for (std::size_t t = 0; t < out.size(); ++t) {
                out[t] += sums[t] / (2.0 * static_cast<double>(query.starts.size()));
            }
        }
    }

    const ReporterNetwork& network_;
    std::span<const ReporterQuery> queries_;
    SequencePool pool_;
    std::vector<Pending> pending_;
};

}  // namespace

std::vector<std::vector<float>> ReporterNetwork::layers(std::span<const std::uint8_t> codes) const {
    ReporterScratch scratch;
    static_cast<void>(columns(codes, 1, scratch));
    const std::int64_t padded = nn::padded_columns(config_.channels);
    auto length = static_cast<std::int64_t>(codes.size());
    std::vector<std::vector<float>> found;
    for (std::size_t layer = 0; layer < scratch.layers.size(); ++layer) {
        length -= config_.kernel_sizes[layer] - 1;
        auto& values = found.emplace_back();
        for (std::int64_t row = 0; row < length; ++row) {
            const float* from = scratch.layers[layer].data() + row * padded;
            values.insert(values.end(), from, from + config_.channels);
        }
    }
    return found;
}

std::vector<double> ReporterNetwork::windows(std::span<const std::uint8_t> codes) const {
    ReporterScratch scratch;
    const auto rows = columns(codes, 1, scratch);
    std::vector<double> values;
    const std::int64_t count = static_cast<std::int64_t>(codes.size()) - config_.window_bp + 1;
    for (std::int64_t start = 0; start < count; ++start) {
        WeightedSum sum(*this, false);
        for (std::int64_t word = 0; word < config_.words(); ++word) {
            sum.add({word, word + 1}, rows.row(start + word), nullptr);
        }
        const auto& sums = sum.finish();
        for (std::size_t t = 0; t < tasks(); ++t) {
            values.push_back(sums[t] + head_bias_[t]);
        }
    }
    return values;
}

std::vector<double> ReporterNetwork::activity(std::span<const std::uint8_t> codes,
                                              PositionRange starts) const {
    VARHUSH_CHECK(starts.begin >= 0 && starts.size() > 0 &&
                  starts.end - 1 + config_.window_bp <= static_cast<std::int64_t>(codes.size()));
    const PositionRange read{starts.begin, starts.end - 1 + config_.window_bp};
    const auto part =
        codes.subspan(static_cast<std::size_t>(read.begin), static_cast<std::size_t>(read.size()));
    const auto turned = reverse_complement(part);
    const std::int64_t count = read.size() - config_.word_bp() + 1;
    std::vector<double> values(head_bias_);
    ReporterScratch scratch;
    for (const bool reverse : {false, true}) {
        const auto rows =
            columns(reverse ? std::span<const std::uint8_t>(turned) : part, 1, scratch);
        WeightedSum sum(*this, reverse);
        for (std::int64_t at = 0; at < count; ++at) {
            sum.add(places_of(read.begin + at, starts, config_.words()),
                    rows.row(reverse ? count - 1 - at : at),
                    nullptr);
        }
        const auto& sums = sum.finish();
        for (std::size_t t = 0; t < tasks(); ++t) {
            values[t] += sums[t] / (2.0 * static_cast<double>(starts.size()));
        }
    }
    return values;
}

std::vector<double> ReporterNetwork::track(std::span<const std::uint8_t> codes) const {
    const std::int64_t count = static_cast<std::int64_t>(codes.size()) - config_.word_bp() + 1;
    std::vector<double> values(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)) *
                               tasks());
    const auto turned = reverse_complement(codes);
    ReporterScratch scratch;
    for (const bool reverse : {false, true}) {
        const auto rows =
            columns(reverse ? std::span<const std::uint8_t>(turned) : codes, 1, scratch);
        for (std::int64_t at = 0; at < count; ++at) {
            WeightedSum sum(*this, reverse);
            sum.add({0, config_.words()}, rows.row(reverse ? count - 1 - at : at), nullptr);
            const auto& sums = sum.finish();
            for (std::size_t t = 0; t < tasks(); ++t) {
                values[static_cast<std::size_t>(at) * tasks() + t] +=
                    sums[t] / (2.0 * config_.window_bp);
            }
        }
    }
    return values;
}

PositionRange ReporterNetwork::context_of(const SequenceEdit& edit, PositionRange starts) const {
    const Plan plan = plan_of(config_, edit, starts);
    const std::int64_t flank = config_.word_bp() - 1;
    return {plan.first, std::max(plan.reference_end, edit.start + edit.removed) + flank};
}

std::vector<double> ReporterNetwork::differences(std::span<const ReporterQuery> queries,
                                                 const nn::Team& team) const {
    std::vector<double> values(queries.size() * tasks());
    std::vector<ReporterScratch> scratch(static_cast<std::size_t>(team.size()));
    const auto count = static_cast<std::int64_t>(queries.size());
    team.run((count + kChunkQueries - 1) / kChunkQueries, [&](std::int64_t chunk, int worker) {
        const auto first = static_cast<std::size_t>(chunk * kChunkQueries);
        const std::size_t size =
            std::min<std::size_t>(static_cast<std::size_t>(kChunkQueries), queries.size() - first);
        ChunkPass pass(*this, queries.subspan(first, size));
        pass.run(scratch[static_cast<std::size_t>(worker)],
                 std::span(values).subspan(first * tasks(), size * tasks()));
    });
    return values;
}

}  // namespace varhush::models
