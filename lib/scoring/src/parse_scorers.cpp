#include "varhush/core/error.hpp"
#include "varhush/scoring/scorer_spec.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace varhush::scoring {

namespace {

using models::OutputType;

constexpr std::array<std::int64_t, 5> kCenterWidths{501, 2001, 10001, 100001, 200001};
constexpr std::array<std::int64_t, 3> kSplicingWidths{101, 1001, 10001};

struct KindName {
    std::string_view name;  ///< lower case, without "scorer"
    ScorerKind kind;
    std::array<std::string_view, 3> arguments;  ///< in the order of the short form
};
constexpr std::array<KindName, 7> kKinds{{
    {"centermask", ScorerKind::kCenterMask, {"requested_output", "width", "aggregation_type"}},
    {"contactmap", ScorerKind::kContactMap, {}},
    {"genemasklfc", ScorerKind::kGeneMaskLfc, {"requested_output"}},
    {"genemaskactive", ScorerKind::kGeneMaskActive, {"requested_output"}},
    {"genemasksplicing", ScorerKind::kGeneMaskSplicing, {"requested_output", "width"}},
    {"polyadenylation", ScorerKind::kPolyadenylation, {}},
    {"splicejunction", ScorerKind::kSpliceJunction, {}},
}};

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return result;
}

[[noreturn]] void reject(std::string_view part, const std::string& what) {
    throw Error(ErrorKind::kUsage,
                "scorer '" + std::string(part) + "': " + what,
                "e.g. recommended, ATAC, RNA_SEQ_ACTIVE, CenterMask:ATAC:2001:DIFF_MEAN; see "
                "docs/scorers.md");
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Parts between `separator`s that stand outside parentheses.
std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t from = 0;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        if (text[i] == separator && depth <= 0) {
            parts.push_back(trimmed(text.substr(from, i - from)));
            from = i + 1;
        }
    }
    parts.push_back(trimmed(text.substr(from)));
    return parts;
}

/// "Kind:a:b" and "Kind(x=a, y=b)", taken apart.
class PartParser {
  public:
    explicit PartParser(std::string_view part) : part_(part) {}

    ScorerSpec parse() {
        const std::size_t end = part_.find_first_of(":(");
        read_kind(part_.substr(0, end));
        if (end != std::string_view::npos) {
            part_[end] == ':' ? read_short(part_.substr(end + 1)) : read_long(end + 1);
        }
        ScorerSpec spec;
        spec.kind = kind_->kind;
        spec.output = output(spec.kind);
        set_width(spec);
        set_aggregation(spec);
        return spec;
    }

  private:
    void read_kind(std::string_view text) {
        std::string name = lower(trimmed(text));
        if (name.ends_with("scorer")) {
            name.resize(name.size() - std::string_view("scorer").size());
        }
        kind_ = std::find_if(
            kKinds.begin(), kKinds.end(), [&](const KindName& kind) { return kind.name == name; });
        if (kind_ == kKinds.end()) {
            reject(part_, "there is no such scorer");
        }
    }

    void read_short(std::string_view text) {
        const auto values = split(text, ':');
        const auto known = std::count_if(kind_->arguments.begin(),
                                         kind_->arguments.end(),
                                         [](std::string_view name) { return !name.empty(); });
        if (values.size() > static_cast<std::size_t>(known)) {
            reject(part_, "too many parts; at most " + std::to_string(known));
        }
        std::copy(values.begin(), values.end(), values_.begin());
    }

    void read_long(std::size_t from) {
        if (!part_.ends_with(')')) {
            reject(part_, "the parenthesis is not closed");
        }
        const std::string_view inside = part_.substr(from, part_.size() - from - 1);
        if (trimmed(inside).empty()) {
            return;
        }
        for (const std::string_view argument : split(inside, ',')) {
            const std::size_t equals = argument.find('=');
            const std::string name = lower(trimmed(argument.substr(0, equals)));
            const auto place = std::find(kind_->arguments.begin(), kind_->arguments.end(), name);
            if (name.empty() || equals == std::string_view::npos ||
                place == kind_->arguments.end()) {
                reject(part_, "'" + std::string(argument) + "' is no argument of it");
            }
            const auto index = static_cast<std::size_t>(place - kind_->arguments.begin());
            values_[index] = trimmed(argument.substr(equals + 1));
        }
    }

    [[nodiscard]] OutputType output(ScorerKind kind) const {
        switch (kind) {
            case ScorerKind::kContactMap:
                return OutputType::kContactMaps;
            case ScorerKind::kPolyadenylation:
                return OutputType::kRnaSeq;
            case ScorerKind::kSpliceJunction:
                return OutputType::kSpliceJunctions;
            default:
                break;
        }
        std::string_view text = values_[0];
        if (text.rfind("OutputType.", 0) == 0) {
            text.remove_prefix(std::string_view("OutputType.").size());
        }
        const auto found = models::find_output_type(text);
        if (!found) {
            reject(part_, "'" + std::string(text) + "' is no output");
        }
        check_output(kind, *found);
        return *found;
    }

    void check_output(ScorerKind kind, OutputType found) const {
        const bool splicing =
            found == OutputType::kSpliceSites || found == OutputType::kSpliceSiteUsage;
        const bool fits = kind == ScorerKind::kCenterMask
                              ? models::is_genome_track(found) || splicing
                          : kind == ScorerKind::kGeneMaskSplicing
                              ? splicing
                              : (models::is_genome_track(found) || splicing) &&
                                    models::scored_resolution_bp(found) == 1;
        if (!fits) {
            reject(part_, "it cannot be used on " + std::string(output_name(found)));
        }
    }

    void set_width(ScorerSpec& spec) const {
        const bool center = spec.kind == ScorerKind::kCenterMask;
        const std::string_view text = values_[1];
        if (center && text.empty()) {
            reject(part_, "a width is missing");
        }
        if (text.empty() || lower(text) == "none") {
            return;
        }
        std::int64_t width = 0;
        const char* const end = text.data() + text.size();
        const auto [stop, code] = std::from_chars(text.data(), end, width);
        const auto among = [&](const auto& widths) {
            return std::find(widths.begin(), widths.end(), width) != widths.end();
        };
        if (code != std::errc() || stop != end ||
            !(center ? among(kCenterWidths) : among(kSplicingWidths))) {
            reject(
                part_,
                "the width is '" + std::string(text) + "', not one of " +
                    (center ? "501, 2001, 10001, 100001, 200001, None" : "101, 1001, 10001, None"));
        }
        spec.width_bp = width;
    }

    void set_aggregation(ScorerSpec& spec) const {
        if (spec.kind != ScorerKind::kCenterMask) {
            return;
        }
        std::string_view text = values_[2];
        if (text.rfind("AggregationType.", 0) == 0) {
            text.remove_prefix(std::string_view("AggregationType.").size());
        }
        for (int i = 0; i <= static_cast<int>(Aggregation::kActiveSum); ++i) {
            const auto aggregation = static_cast<Aggregation>(i);
            if (lower(aggregation_name(aggregation)) == lower(text)) {
                spec.aggregation = aggregation;
                return;
            }
        }
        reject(part_, "'" + std::string(text) + "' is no aggregation, such as DIFF_LOG2_SUM");
    }

    std::string_view part_;
    decltype(kKinds)::const_iterator kind_ = kKinds.end();
    std::array<std::string_view, 3> values_{};
};

void add(std::vector<ScorerSpec>& specs, const ScorerSpec& spec) {
    if (std::find(specs.begin(), specs.end(), spec) == specs.end()) {
        specs.push_back(spec);
    }
}

}  // namespace

std::vector<ScorerSpec> parse_scorers(std::string_view text) {
    std::vector<ScorerSpec> specs;
    for (const std::string_view part : split(text, ',')) {
        const std::string name = lower(part);
        const auto& known = recommended_scorers();
        const auto place = std::find_if(known.begin(), known.end(), [&](const NamedScorer& scorer) {
            return lower(scorer.key) == name;
        });
        if (place != known.end()) {
            add(specs, place->spec);
        } else if (name == "recommended") {
            for (const NamedScorer& scorer : known) {
                add(specs, scorer.spec);
            }
        } else {
            add(specs, PartParser(part).parse());
        }
    }
    return specs;
}

}  // namespace varhush::scoring
