#include "varhush/models/parity.hpp"

#include "parity_tensor.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <set>
#include <utility>

namespace varhush::models {
namespace {

constexpr int kTokensPerPair = kPairBp / kTokenBp;
constexpr const char* kPositions = "out.splice_junctions.splice_site_positions";
constexpr const char* kCounts = "out.splice_junctions.pred_counts";
constexpr const char* kMask = "out.splice_junctions.splice_junction_mask";
constexpr const char* kGivenPositions = "in.splice_site_positions";
constexpr const char* kProbabilities = "out.splice_sites.probs";

using Values = std::span<const float>;
using Shape = std::vector<std::int64_t>;

[[noreturn]] void refuse(const nn::SafeTensors& fixture, const std::string& what) {
    throw Error(ErrorKind::kInput,
                fixture.name() + ": " + what,
                "expected a forward fixture, see tests/data/alphagenome/README.md");
}

bool is_compared(const std::string& key) {
    return !key.starts_with("in.") && !key.starts_with("stat.") &&
           !key.starts_with("weights_check.") &&
           key != "out.splice_site_usage.track_mask";  // of the port's bookkeeping: all ones
}

/// Before tower block 4, where rounding has not yet added up.
bool is_early(const std::string& name) {
    constexpr std::size_t kDigit = std::string_view("tower.").size();
    return name.starts_with("enc.") || (name.starts_with("tower.") && name.size() > kDigit + 1 &&
                                        name[kDigit] < '4' && name[kDigit + 1] == '.');
}

ParityTensor read(const nn::SafeTensors& fixture, const std::string& key) {
    const auto found = fixture.entries().find(key);
    if (found == fixture.entries().end()) {
        refuse(fixture, "has no \"" + key + "\"");
    }
    return read_parity_tensor(found->second, key, fixture.name());
}

/// Sites of sequence `b` in [B, 4, K] with -1 for none.
SpliceSiteRows site_rows(const ParityTensor& tensor, std::int64_t b) {
    SpliceSiteRows rows;
    const std::int64_t slots = tensor.shape.at(2);
    for (std::int64_t row = 0; row < 4; ++row) {
        for (std::int64_t k = 0; k < slots; ++k) {
            const double site =
                tensor.values.at(static_cast<std::size_t>((b * 4 + row) * slots + k));
            if (site >= 0) {
                rows[static_cast<std::size_t>(row)].push_back(static_cast<std::int64_t>(site));
            }
        }
    }
    return rows;
}

/// Whether rounding cannot change the choice of sites: no probability near the threshold, and none
/// near the last one that is chosen.
bool sites_are_certain(const ParityTensor& probabilities, const AlphaGenomeConfig& config) {
    constexpr double kMargin = 1e-4;
    const std::int64_t batch = probabilities.shape.at(0);
    const std::int64_t length = probabilities.shape.at(1);
    for (std::int64_t b = 0; b < batch; ++b) {
        for (std::int64_t splice_class = 0; splice_class < 4; ++splice_class) {
            std::vector<double> column;
            for (std::int64_t at = 0; at < length; ++at) {
                column.push_back(probabilities.values.at(
                    static_cast<std::size_t>((b * length + at) * kSpliceClasses + splice_class)));
            }
            std::sort(column.begin(), column.end(), std::greater<>());
            for (const double p : column) {
                if (std::abs(p - config.splice_site_threshold) < kMargin) {
                    return false;
                }
            }
            const auto last = static_cast<std::size_t>(config.num_splice_sites);
            if (column.size() > last && column[last] >= config.splice_site_threshold &&
                column[last - 1] - column[last] < kMargin) {
                return false;
            }
        }
    }
    return true;
}

/// Where an element of the fixture's tensor lies in the model's: index * multiply / divide.
struct Axis {
    std::int64_t length = 0;  // in the fixture
    std::int64_t source = 0;  // in the model
    std::int64_t multiply = 1;
    std::int64_t divide = 1;
};

/// Compares one sequence of a fixture with what a tap delivers.
class SequenceComparison {
  public:
    SequenceComparison(const nn::SafeTensors& fixture, std::int64_t sequence, ParityReport& report)
        : fixture_(fixture), sequence_(sequence), report_(report) {
        for (const auto& [key, entry] : fixture.entries()) {
            subsampled_ = subsampled_ || key.starts_with("stat.");
            if (is_compared(key)) {
                wanted_.insert(key);
            }
        }
    }

    void take(const std::string& name, const Shape& shape, Values values);
    /// Junctions, then what the model never delivered.
    void finish();

  private:
    [[nodiscard]] std::string label(const std::string& key) const {
        return sequence_ == 0 ? key : key + " (sequence " + std::to_string(sequence_) + ")";
    }
    [[nodiscard]] Statistics expected_statistics(const std::string& key) const;
    [[nodiscard]] double deviation(const std::string& key, const ParityTensor& expected) const;
    void compare(const std::string& key, const Shape& shape, Values values);
    [[nodiscard]] std::vector<Axis> axes(const std::string& key,
                                         const Shape& expected,
                                         const Shape& found) const;
    void compare_statistics(Tally& tally,
                            const std::string& key,
                            Values values,
                            double repeat) const;
    void compare_positions();
    void compare_counts();
    void enter_once(const std::string& key, const Tally& tally) {
        wanted_.erase(key);
        enter(report_, label(key), tally);
    }

    const nn::SafeTensors& fixture_;
    std::int64_t sequence_;
    ParityReport& report_;
    bool subsampled_ = false;
    std::set<std::string> wanted_;
    std::vector<float> positions_, counts_;
    Shape positions_shape_, counts_shape_;
};

void SequenceComparison::take(const std::string& name, const Shape& shape, Values values) {
    std::int64_t count = 1;
    for (const std::int64_t dimension : shape) {
        count *= dimension;
    }
    VARHUSH_CHECK(count == static_cast<std::int64_t>(values.size()));
    if (name == kPositions || name == kCounts) {
        (name == kPositions ? positions_ : counts_).assign(values.begin(), values.end());
        (name == kPositions ? positions_shape_ : counts_shape_) = shape;
        return;
    }
    if (name == kMask) {
        return;  // follows from the positions
    }
    if (wanted_.contains(name)) {
        compare(name, shape, values);
    }
    // The full-size fixtures call the last decoder block's output by another name.
    if (name == "dec.up_6_NCL" && wanted_.contains("dec.out_NCL")) {
        compare("dec.out_NCL", shape, values);
    }
}

Statistics SequenceComparison::expected_statistics(const std::string& key) const {
    const ParityTensor five = read(fixture_, "stat." + key);
    if (five.values.size() != 5) {
        refuse(fixture_, "\"stat." + key + "\" does not hold five numbers");
    }
    return {five.values[0], five.values[1], five.values[2], five.values[3], five.values[4]};
}

double SequenceComparison::deviation(const std::string& key, const ParityTensor& expected) const {
    return subsampled_ ? expected_statistics(key).deviation : sample_deviation(expected.values);
}

/// Empty when the shapes cannot belong together.
std::vector<Axis> SequenceComparison::axes(const std::string& key,
                                           const Shape& expected,
                                           const Shape& found) const {
    if (expected.size() != found.size() + 1 || sequence_ >= expected[0]) {
        return {};
    }
    constexpr std::int64_t kPositionSteps = 16;
    constexpr std::int64_t kChannelSteps = 96;
    const bool bias = key.ends_with(".attn_bias");
    std::vector<Axis> out;
    for (std::size_t i = 0; i < found.size(); ++i) {
        Axis axis{expected[i + 1], found[i]};
        if (bias && i > 0 && !subsampled_ && axis.source * kTokensPerPair == axis.length) {
            axis.divide = kTokensPerPair;  // given by pair bin
        } else if (bias && i > 0 && subsampled_ && axis.source != axis.length) {
            axis.multiply = kTokensPerPair;
        } else if (subsampled_ && found.size() == 2) {
            const bool channel = (i == 0) == key.ends_with("NCL");
            axis.multiply =
                std::max<std::int64_t>(1, axis.source / (channel ? kChannelSteps : kPositionSteps));
        }
        const std::int64_t last = (axis.length - 1) * axis.multiply / axis.divide;
        const std::int64_t covered = (axis.source - 1) / axis.multiply + 1;
        if (axis.length < 1 || last >= axis.source ||
            (axis.divide == 1 && covered != axis.length)) {
            return {};
        }
        out.push_back(axis);
    }
    return out;
}

void SequenceComparison::compare(const std::string& key, const Shape& shape, Values values) {
    const ParityTensor expected = read(fixture_, key);
    Tally tally(Allowance(is_early(key) ? kEarlySlack : kLateSlack, deviation(key, expected)));
    const std::vector<Axis> plan = axes(key, expected.shape, shape);
    if (plan.empty()) {
        tally.fail("has the shape " + shape_text(shape) + ", the fixture " +
                   shape_text(expected.shape));
        enter_once(key, tally);
        return;
    }
    const std::int64_t count =
        static_cast<std::int64_t>(expected.values.size()) / expected.shape[0];
    for (std::int64_t at = 0; at < count; ++at) {
        std::int64_t rest = at;
        std::int64_t source = 0;
        std::int64_t stride = 1;
        for (std::size_t i = plan.size(); i-- > 0;) {
            source += rest % plan[i].length * plan[i].multiply / plan[i].divide * stride;
            stride *= plan[i].source;
            rest /= plan[i].length;
        }
        tally.add(expected.values[static_cast<std::size_t>(sequence_ * count + at)],
                  values[static_cast<std::size_t>(source)],
                  at);
    }
    if (subsampled_) {
        const bool by_bin = key.ends_with(".attn_bias") && plan[1].multiply == 1;
        compare_statistics(tally, key, values, by_bin ? kTokensPerPair * kTokensPerPair : 1);
    }
    enter_once(key, tally);
}

/// Every value may be off by a * deviation + r * |value|; hence these bounds for the summaries.
void SequenceComparison::compare_statistics(Tally& tally,
                                            const std::string& key,
                                            Values values,
                                            double repeat) const {
    const Statistics expected = expected_statistics(key);
    const Statistics found = statistics(values, repeat);
    const Allowance allowed(is_early(key) ? kEarlySlack : kLateSlack, expected.deviation);
    const double count = static_cast<double>(values.size()) * repeat;
    const double typical = expected.magnitudes / count;
    const double mean = allowed.absolute + allowed.relative * typical;
    tally.add_statistic("mean", expected.mean, found.mean, mean);
    tally.add_statistic(
        "standard deviation",
        expected.deviation,
        found.deviation,
        allowed.absolute + allowed.relative * (expected.deviation + std::abs(expected.mean)));
    tally.add_statistic("minimum",
                        expected.smallest,
                        found.smallest,
                        allowed.absolute + allowed.relative * std::abs(expected.smallest));
    tally.add_statistic("maximum",
                        expected.largest,
                        found.largest,
                        allowed.absolute + allowed.relative * std::abs(expected.largest));
    tally.add_statistic("sum of magnitudes", expected.magnitudes, found.magnitudes, count * mean);
}

void SequenceComparison::compare_positions() {
    // In the full-size fixtures they are given, and only there under this name.
    const char* key = wanted_.contains(kPositions) ? kPositions : kGivenPositions;
    const SpliceSiteRows expected = site_rows(read(fixture_, key), sequence_);
    const std::int64_t slots = positions_shape_.at(1);
    Tally tally(Allowance(0, 0));
    for (std::size_t row = 0; row < expected.size(); ++row) {
        std::vector<std::int64_t> found;
        for (std::int64_t k = 0; k < slots; ++k) {
            const float site =
                positions_[row * static_cast<std::size_t>(slots) + static_cast<std::size_t>(k)];
            if (site >= 0) {
                found.push_back(static_cast<std::int64_t>(site));
            }
        }
        const std::size_t count = std::max(expected[row].size(), found.size());
        for (std::size_t i = 0; i < count; ++i) {
            tally.add(i < expected[row].size() ? static_cast<double>(expected[row][i]) : -1,
                      i < found.size() ? static_cast<double>(found[i]) : -1,
                      static_cast<std::int64_t>(i));
        }
    }
    wanted_.erase(kMask);  // one where both sites are real: the same statement
    enter_once(kPositions, tally);
}

void SequenceComparison::compare_counts() {
    const ParityTensor expected = read(fixture_, kCounts);
    Tally tally(Allowance(kLateSlack, deviation(kCounts, expected)));
    const std::int64_t slots = expected.shape.at(1);
    const std::int64_t tissues = expected.shape.at(3);
    const std::int64_t found_slots = counts_shape_.empty() ? 0 : counts_shape_[0];
    if (counts_shape_ != Shape{found_slots, found_slots, tissues}) {
        tally.fail("has the shape " + shape_text(counts_shape_) + ", the fixture " +
                   shape_text(expected.shape));
        enter_once(kCounts, tally);
        return;
    }
    // The number of slots is the model's own business; what lies outside its slots is zero.
    const std::int64_t widest = std::max(slots, found_slots);
    const auto at = [&](std::int64_t size, std::int64_t d, std::int64_t a, std::int64_t t) {
        return static_cast<std::size_t>((d * size + a) * tissues + t);
    };
    const std::size_t skipped = at(slots, sequence_ * slots, 0, 0);
    for (std::int64_t d = 0; d < widest; ++d) {
        for (std::int64_t a = 0; a < widest; ++a) {
            for (std::int64_t t = 0; t < tissues; ++t) {
                const bool ours = d < found_slots && a < found_slots;
                const bool theirs = d < slots && a < slots;
                tally.add(theirs ? expected.values[skipped + at(slots, d, a, t)] : 0,
                          ours ? counts_[at(found_slots, d, a, t)] : 0,
                          (d * widest + a) * tissues + t);
            }
        }
    }
    enter_once(kCounts, tally);
}

void SequenceComparison::finish() {
    const bool wants_junctions = wanted_.contains(kCounts);
    if (wants_junctions && positions_shape_.size() == 2 && positions_shape_[0] == 4) {
        compare_positions();
        compare_counts();
    }
    const std::set<std::string> missing = wanted_;
    for (const std::string& key : missing) {
        Tally tally(Allowance(0, 0));
        tally.fail("was not computed");
        enter_once(key, tally);
    }
}

}  // namespace

PairGelu fixture_pair_gelu(const nn::SafeTensors& fixture) {
    const auto found = fixture.metadata().find("pair_gelu");
    if (found == fixture.metadata().end() || (found->second != "tanh" && found->second != "erf")) {
        refuse(fixture, "its metadata has no \"pair_gelu\" of tanh or erf");
    }
    return found->second == "erf" ? PairGelu::kErf : PairGelu::kTanh;
}

bool fixture_wants_recipe(const nn::SafeTensors& fixture) {
    const auto found = fixture.metadata().find("weights");
    return found != fixture.metadata().end() && found->second == "recipe";
}

ParityReport compare_forward(SequenceModel& model, const nn::SafeTensors& fixture) {
    VARHUSH_CHECK(model.config().pair_gelu == fixture_pair_gelu(fixture));
    const ParityTensor codes = read(fixture, "in.codes");
    const ParityTensor organism = read(fixture, "in.organism");
    if (codes.shape.size() != 2 ||
        organism.values.size() != static_cast<std::size_t>(codes.shape[0])) {
        refuse(fixture, "\"in.codes\" and \"in.organism\" do not fit each other");
    }
    const bool given = fixture.entries().contains(kGivenPositions);
    const bool has_sites = fixture.entries().contains(kPositions);
    const bool own =
        !given && (!has_sites || sites_are_certain(read(fixture, kProbabilities), model.config()));
    ParityReport report;
    const std::int64_t length = codes.shape[1];
    for (std::int64_t b = 0; b < codes.shape[0]; ++b) {
        std::vector<std::uint8_t> sequence;
        for (std::int64_t at = 0; at < length; ++at) {
            sequence.push_back(
                static_cast<std::uint8_t>(codes.values[static_cast<std::size_t>(b * length + at)]));
        }
        SpliceSiteRows sites;
        if (!own) {
            sites = site_rows(read(fixture, given ? kGivenPositions : kPositions), b);
        }
        SequenceComparison comparison(fixture, b, report);
        model.trace(sequence,
                    static_cast<int>(organism.values[static_cast<std::size_t>(b)]),
                    own ? nullptr : &sites,
                    [&](const std::string& name, const Shape& shape, Values values) {
                        comparison.take(name, shape, values);
                    });
        comparison.finish();
    }
    return report;
}

}  // namespace varhush::models
