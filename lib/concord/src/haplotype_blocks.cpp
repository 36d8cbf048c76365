#include "haplotype_blocks.hpp"

#include "sample_numbers.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace varhush::concord {

namespace {

constexpr double kLargestScore = 1e100;
constexpr const char* kUnknownPhase = "PHASE_UNKNOWN";
constexpr const char* kSeveralBlocks = "SEVERAL_BLOCKS";
constexpr const char* kSeveralCounts = "SEVERAL_COUNTS";

[[noreturn]] void bad(const std::string& where,
                      const std::string& what,
                      const std::string& hint = {}) {
    throw Error(ErrorKind::kInput, where + ": " + what, hint);
}

/// A block of haplo in one sample: its score, or why there is none.
struct Block {
    std::int64_t start = 0;  // 0-based half-open
    std::int64_t end = 0;
    std::optional<double> value;
    std::string reason;  // of a missing value
};

/// Intervals that may overlap, to be asked for those that overlap another. Cost of a question:
/// logarithmic, and those between the first whose forerunners reach so far and the last.
class Places {
  public:
    void add(std::int64_t start, std::int64_t end, std::size_t number) {
        places_.push_back({start, end, end, number});
    }
    /// To be called when all are there.
    void sort() {
        std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
            return std::tie(a.start, a.end, a.number) < std::tie(b.start, b.end, b.number);
        });
        std::int64_t reach = 0;
        for (Place& place : places_) {
            reach = std::max(reach, place.end);
            place.reach = reach;
        }
    }
    /// Their numbers.
    [[nodiscard]] std::vector<std::size_t> overlapping(std::int64_t start, std::int64_t end) const {
        std::vector<std::size_t> found;
        auto place = std::partition_point(
            places_.begin(), places_.end(), [&](const Place& one) { return one.reach <= start; });
        for (; place != places_.end() && place->start < end; ++place) {
            if (place->end > start) {
                found.push_back(place->number);
            }
        }
        return found;
    }

  private:
    struct Place {
        std::int64_t start;
        std::int64_t end;
        std::int64_t reach;  // the farthest end up to here
        std::size_t number;
    };
    std::vector<Place> places_;
};

using SampleContig = std::pair<std::uint32_t, std::uint32_t>;

/// Blocks of one score.
struct Blocks {
    std::vector<Block> blocks;
    std::map<SampleContig, Places> places;
};

std::uint32_t reason_number(const std::string& text, ScoreBook& book) {
    const auto found = std::find(book.reasons.begin(), book.reasons.end(), text);
    if (found == book.reasons.end()) {
        book.reasons.push_back(text);
        return static_cast<std::uint32_t>(book.reasons.size() - 1);
    }
    return static_cast<std::uint32_t>(found - book.reasons.begin());
}

/// The lines of haplo that matter.
class HaploTable {
  public:
    HaploTable(const ScoreInput& input, CountTable& table, ScoreBook& book)
        : input_(input), table_(table), book_(book), reader_(input.path) {
        if (!reader_.find("haplotype") || !reader_.find("other")) {
            bad(input.path,
                "counts of haplotypes need the table of 'varhush haplo'",
                "its columns haplotype and other are missing");
        }
        for (const auto& [name, value] : input.where) {
            filters_.emplace_back(reader_.require({name}), value);
        }
        for (std::uint32_t i = 0; i < table.samples.size(); ++i) {
            samples_.emplace(table.samples[i], i);
        }
        blocks_.resize(input.scores.size());
    }

    void read() {
        const std::size_t sample = reader_.require({"sample"});
        const std::size_t score = reader_.require({"score"});
        while (reader_.next()) {
            const auto label =
                std::find(input_.scores.begin(), input_.scores.end(), reader_.field(score));
            const bool wanted =
                std::all_of(filters_.begin(), filters_.end(), [&](const auto& filter) {
                    return reader_.field(filter.first) == filter.second;
                });
            if (label == input_.scores.end() || !wanted) {
                continue;
            }
            const auto number = samples_.find(std::string(reader_.field(sample)));
            any_sample_ = any_sample_ || number != samples_.end();
            any_score_.insert(*label);
            if (number != samples_.end()) {
                take(static_cast<std::size_t>(label - input_.scores.begin()), number->second);
            }
        }
        check();
    }

    [[nodiscard]] const Blocks& of(std::size_t label) const { return blocks_[label]; }

  private:
    void take(std::size_t label, std::uint32_t sample) {
        const std::int64_t start = reader_.whole_number(reader_.require({"start"})) - 1;
        const std::int64_t end = reader_.whole_number(reader_.require({"end"}));
        if (start < 0 || end <= start) {
            bad(reader_.where(), "the block has no place");
        }
        const auto contig = table_.contigs.find(reader_.field(reader_.require({"contig"})));
        const std::string_view haplotype = reader_.field(reader_.require({"haplotype"}));
        if (haplotype == "1" || !contig) {
            return;  // the line of haplotype 2 has the difference
        }
        Block block{start, end, std::nullopt, kUnknownPhase};
        if (haplotype == "2") {
            block.value = reader_.number(reader_.require({"other"}));
            if (std::fabs(block.value.value_or(0)) > kLargestScore) {
                bad(reader_.where(), "a difference that cannot be");
            }
            block.reason = reader_.field(reader_.require({"status"}));
            block.reason = block.reason == "OK" ? "NO_VALUE" : block.reason;
        }
        const bool is_new = seen_.emplace(label, sample, *contig, start, end).second;
        if (!is_new && haplotype == "2") {
            bad(reader_.where(),
                "the block was there before for this sample and score",
                "of two models with one score choose one: --where model=NAME");
        }
        if (is_new) {  // of a lowest and a highest one is enough
            Blocks& blocks = blocks_[label];
            blocks.places[{sample, *contig}].add(start, end, blocks.blocks.size());
            blocks.blocks.push_back(std::move(block));
            ++book_.alleles;
        }
    }

    void check() {
        for (Blocks& blocks : blocks_) {
            for (auto& [of, places] : blocks.places) {
                places.sort();
            }
        }
        for (const std::string& score : input_.scores) {
            if (!any_score_.contains(score)) {
                bad(input_.path, "no line of the score '" + score + "'");
            }
        }
        if (!any_sample_) {
            bad(input_.path,
                "it has none of the samples of the counts, such as '" + table_.samples.front() +
                    "'");
        }
    }

    const ScoreInput& input_;
    CountTable& table_;
    ScoreBook& book_;
    TableReader reader_;
    std::vector<std::pair<std::size_t, std::string>> filters_;
    std::map<std::string, std::uint32_t, std::less<>> samples_;
    std::vector<Blocks> blocks_;
    std::set<std::tuple<std::size_t, std::uint32_t, std::uint32_t, std::int64_t, std::int64_t>>
        seen_;
    bool any_sample_ = false;
    std::set<std::string> any_score_;
};

}  // namespace

bool is_block_table(const TableReader& reader) {
    return reader.find("hap1").has_value() && reader.find("hap2").has_value();
}

void read_block_counts(TableReader& reader, const CountInput& input, CountTable& table) {
    const std::size_t sample = reader.require({"sample"});
    const std::size_t contig = reader.require({"contig"});
    const std::size_t begin = reader.require({"begin"});
    const std::size_t end = reader.require({"end"});
    const std::size_t first = reader.require({"hap1"});
    const std::size_t second = reader.require({"hap2"});
    const std::size_t phase_set = reader.require({"phase_set"});
    const auto feature = reader.find("feature");
    SampleNumbers samples(input.samples);
    std::set<std::tuple<std::uint32_t, std::uint32_t, std::int64_t, std::int64_t, std::string>>
        seen;
    table.blocks = true;
    while (reader.next()) {
        const auto number = samples.of(reader.field(sample), table);
        if (!number) {
            continue;
        }
        CountedVariant block;
        block.contig = table.contigs.add(reader.field(contig));
        block.position = reader.whole_number(begin) - 1;
        block.end = reader.whole_number(end);
        block.ref = "hap1";
        block.alt = "hap2";
        block.id = feature ? std::string(reader.field(*feature)) : ".";
        CountRow row;
        row.ref_count = reader.whole_number(first);
        row.alt_count = reader.whole_number(second);
        constexpr std::int64_t kMost = 10'000'000;  // as of single sites
        if (block.position < 0 || block.end <= block.position || row.ref_count < 0 ||
            row.alt_count < 0 || row.ref_count > kMost || row.alt_count > kMost - row.ref_count) {
            bad(reader.where(), "a place or a count that cannot be");
        }
        const std::string name = block.id + ' ' + std::string(reader.field(phase_set));
        if (!seen.emplace(*number, block.contig, block.position, block.end, name).second) {
            bad(reader.where(), "the block was there before for this sample");
        }
        row.variant = static_cast<std::uint32_t>(table.variants.size());
        row.sample = *number;
        row.zygosity = Zygosity::kHeterozygous;
        table.variants.push_back(std::move(block));
        table.rows.push_back(row);
    }
    samples.check_found(input.path);
}

void read_haplotype_scores(const ScoreInput& input, CountTable& table, ScoreBook& book) {
    HaploTable haplo(input, table, book);
    haplo.read();
    book.labels = input.scores;
    book.predictions.assign(input.scores.size(), std::vector<Prediction>(table.variants.size()));
    std::map<SampleContig, Places> lines;
    for (const CountRow& row : table.rows) {
        const CountedVariant& block = table.variants[row.variant];
        lines[{row.sample, block.contig}].add(block.position, block.end, row.variant);
    }
    for (auto& [of, places] : lines) {
        places.sort();
    }
    std::int64_t joined = 0;
    for (std::size_t label = 0; label < input.scores.size(); ++label) {
        const Blocks& blocks = haplo.of(label);
        for (const CountRow& row : table.rows) {
            const CountedVariant& counted = table.variants[row.variant];
            const SampleContig where{row.sample, counted.contig};
            const auto places = blocks.places.find(where);
            const auto under = places == blocks.places.end()
                                   ? std::vector<std::size_t>{}
                                   : places->second.overlapping(counted.position, counted.end);
            if (under.empty()) {
                continue;
            }
            ++joined;
            const Block& block = blocks.blocks[under.front()];
            const bool alone = lines.at(where).overlapping(block.start, block.end).size() == 1;
            Prediction& prediction = book.predictions[label][row.variant];
            if (under.size() > 1 || !alone) {
                prediction.reason =
                    reason_number(under.size() > 1 ? kSeveralBlocks : kSeveralCounts, book);
            } else if (block.value) {
                prediction = {*block.value, ScoreBook::kOk};
            } else {
                prediction.reason = reason_number(block.reason, book);
            }
        }
    }
    if (joined == 0) {
        bad(input.path,
            "no block in common with the counts",
            "are both from one VCF? the blocks of haplo as --peaks of 'varhush count' fit best");
    }
    book.only_here = book.alleles > joined ? book.alleles - joined : 0;
}

}  // namespace varhush::concord
