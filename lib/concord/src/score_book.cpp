#include "varhush/concord/score_book.hpp"

#include "haplotype_blocks.hpp"
#include "table_columns.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace varhush::concord {

namespace {

[[noreturn]] void bad(const std::string& where,
                      const std::string& what,
                      const std::string& hint = {}) {
    throw Error(ErrorKind::kInput, where + ": " + what, hint);
}

constexpr double kMostScore = 1e100;  // squares and sums of it stay finite

/// What both kinds of files do with an allele.
class Taker {
  public:
    Taker(const VariantKeys& keys, CountTable& table, ScoreBook& book)
        : keys_(keys), table_(table), book_(book) {
        for (std::uint32_t i = 0; i < table.variants.size(); ++i) {
            const CountedVariant& variant = table.variants[i];
            at_place_.emplace(place_key(variant.contig, variant.position), i);
        }
        seen_.resize(table.variants.size(), false);
        place_seen_.resize(table.variants.size(), false);
    }

    /// The counted variant that an allele is, if any.
    std::optional<std::uint32_t> variant(std::string_view contig,
                                         std::int64_t position,
                                         std::string_view ref,
                                         std::string_view alt) {
        ++book_.alleles;
        const auto number = table_.contigs.find(contig);
        if (!number) {
            ++book_.only_here;
            unknown_contig_ = contig;
            return std::nullopt;
        }
        any_contig_ = true;
        const auto found = table_.by_key.find(keys_.of(*number, contig, position, ref, alt));
        if (found != table_.by_key.end()) {
            seen_[found->second] = true;
            return found->second;
        }
        ++book_.only_here;
        const auto [from, to] = at_place_.equal_range(place_key(*number, position));
        for (auto place = from; place != to; ++place) {
            place_seen_[place->second] = true;
        }
        return std::nullopt;
    }

    std::uint32_t reason(const std::string& text) {
        const auto found = std::find(book_.reasons.begin(), book_.reasons.end(), text);
        if (found != book_.reasons.end()) {
            return static_cast<std::uint32_t>(found - book_.reasons.begin());
        }
        book_.reasons.push_back(text);
        return static_cast<std::uint32_t>(book_.reasons.size() - 1);
    }

    std::size_t label(const std::string& name) {
        const auto [place, is_new] = label_numbers_.emplace(name, book_.labels.size());
        if (is_new) {
            book_.labels.push_back(name);
            book_.predictions.emplace_back(table_.variants.size());
        }
        return place->second;
    }

    void finish(const std::string& path) {
        if (book_.alleles == 0) {
            bad(path, "it has no scored allele");
        }
        if (!any_contig_) {
            bad(path,
                "no contig in common with the counts: '" + unknown_contig_ + "' and '" +
                    table_.contigs.names().front() + "'");
        }
        if (std::find(seen_.begin(), seen_.end(), true) == seen_.end()) {
            bad(path,
                "no variant in common with the counts",
                "are both on the same genome build? 'varhush check' tells");
        }
        for (auto& predictions : book_.predictions) {
            for (std::size_t i = 0; i < predictions.size(); ++i) {
                if (predictions[i].reason == ScoreBook::kNotScored && place_seen_[i] && !seen_[i]) {
                    predictions[i].reason = ScoreBook::kOtherAllele;
                }
            }
        }
    }

  private:
    static std::uint64_t place_key(std::uint32_t contig, std::int64_t position) {
        return (static_cast<std::uint64_t>(contig) << 40U) ^ static_cast<std::uint64_t>(position);
    }

    const VariantKeys& keys_;
    CountTable& table_;
    ScoreBook& book_;
    std::unordered_multimap<std::uint64_t, std::uint32_t> at_place_;
    std::unordered_map<std::string, std::size_t> label_numbers_;
    std::vector<bool> seen_;
    std::vector<bool> place_seen_;
    bool any_contig_ = false;
    std::string unknown_contig_;
};

/// A scored VCF.
class VariantScores {
  public:
    VariantScores(const ScoreInput& input,
                  const VariantKeys& keys,
                  CountTable& table,
                  ScoreBook& book)
        : input_(input), keys_(keys), table_(table), book_(book), taker_(keys, table, book) {}

    void read(const io::ThreadPool& pool) {
        io::VariantReader reader({.path = input_.path}, pool);
        header_ = &reader.header();
        for (const std::string& tag : input_.scores) {
            if (!header_->has_info(tag)) {
                bad(input_.path,
                    "no INFO/" + tag,
                    "is it the output of 'varhush score'? name its tags with --score");
            }
            static_cast<void>(taker_.label(tag));
        }
        GenotypeTaker genotypes(*header_, keys_, true, table_);
        book_.genotyped = genotypes.samples();
        io::VariantRecord record;
        while (reader.next(record)) {
            take(record);
            genotypes.take(record);
        }
        taker_.finish(input_.path);
    }

  private:
    void take(const io::VariantRecord& record) {
        std::vector<std::optional<std::uint32_t>> variants;
        for (std::size_t alt = 0; alt < record.alt_count(); ++alt) {
            variants.push_back(
                taker_.variant(record.contig(), record.position(), record.ref(), record.alt(alt)));
        }
        if (std::none_of(variants.begin(), variants.end(), [](const auto& one) { return one; })) {
            return;
        }
        const std::vector<std::string> status = record.info_texts(*header_, "VH_STATUS");
        const std::vector<std::string> missing = record.info_texts(*header_, "VH_MISS");
        for (std::size_t label = 0; label < input_.scores.size(); ++label) {
            const std::vector<double> values = record.info_numbers(*header_, input_.scores[label]);
            if (values.empty()) {
                check_no_text(record, input_.scores[label]);
            }
            if (!values.empty() && values.size() != variants.size()) {
                bad(record.where(),
                    "INFO/" + input_.scores[label] + " has " + std::to_string(values.size()) +
                        " values for " + std::to_string(variants.size()) + " ALT alleles");
            }
            for (std::size_t alt = 0; alt < variants.size(); ++alt) {
                if (variants[alt]) {
                    const double value = values.empty() ? std::nan("") : values[alt];
                    set(record, label, *variants[alt], value, reason_of(status, missing, alt));
                }
            }
        }
    }

    /// A tag without numbers must not have text either.
    void check_no_text(const io::VariantRecord& record, const std::string& tag) const {
        for (const std::string& text : record.info_texts(*header_, tag)) {
            if (text != ".") {
                std::string what = "INFO/";
                what.append(tag).append(" is '").append(text).append("', which is no number");
                bad(record.where(), what);
            }
        }
    }

    std::uint32_t reason_of(const std::vector<std::string>& status,
                            const std::vector<std::string>& missing,
                            std::size_t alt) {
        if (alt < status.size() && status[alt] != "OK" && status[alt] != ".") {
            return taker_.reason(status[alt]);
        }
        if (alt < missing.size() && missing[alt] != ".") {
            return taker_.reason(missing[alt]);
        }
        return ScoreBook::kNoValue;
    }

    void set(const io::VariantRecord& record,
             std::size_t label,
             std::uint32_t variant,
             double value,
             std::uint32_t reason_without) {
        if (std::isinf(value)) {
            bad(record.where(), "INFO/" + input_.scores[label] + " is infinite");
        }
        Prediction& known = book_.predictions[label][variant];
        const Prediction here{value, std::isnan(value) ? reason_without : ScoreBook::kOk};
        if (known.reason != ScoreBook::kNotScored) {
            const bool same = known.reason == here.reason &&
                              (known.value == here.value || std::isnan(here.value));
            if (!same) {
                bad(record.where(),
                    "the variant was there before with another INFO/" + input_.scores[label],
                    "which of them is right? take one away");
            }
            ++book_.repeated;
        }
        known = here;
    }

    const ScoreInput& input_;
    const VariantKeys& keys_;
    CountTable& table_;
    ScoreBook& book_;
    Taker taker_;
    const io::VariantHeader* header_ = nullptr;
};

/// "chr1:123:A>G" of the tidy table.
struct VariantId {
    std::string_view contig;
    std::int64_t position = 0;
    std::string_view ref;
    std::string_view alt;
};

VariantId parse_id(std::string_view text, const std::string& where) {
    const std::size_t arrow = text.rfind('>');
    const std::size_t second = arrow == std::string_view::npos ? arrow : text.rfind(':', arrow);
    const std::size_t first = second == std::string_view::npos || second == 0
                                  ? std::string_view::npos
                                  : text.rfind(':', second - 1);
    VariantId id;
    if (first != std::string_view::npos) {
        const std::string_view number = text.substr(first + 1, second - first - 1);
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), id.position);
        if (error == std::errc() && end == number.data() + number.size() && id.position > 0) {
            id.contig = text.substr(0, first);
            id.ref = text.substr(second + 1, arrow - second - 1);
            id.alt = text.substr(arrow + 1);
            return id;
        }
    }
    bad(where, "'" + std::string(text) + "' is no CONTIG:POSITION:REF>ALT");
}

/// A table of scores.
class TableScores {
  public:
    TableScores(const ScoreInput& input,
                const VariantKeys& keys,
                CountTable& table,
                ScoreBook& book)
        : input_(input), book_(book), taker_(keys, table, book), reader_(input.path) {
        id_ = reader_.find("variant_id");
        if (!id_) {
            contig_ = reader_.require({"contig", "chrom"});
            position_ = reader_.require({"position", "pos"});
            ref_ = reader_.require({"ref"});
            alt_ = reader_.require({"alt"});
        }
        status_ = reader_.find("status");
        for (const std::string& name : input.scores) {
            scores_.push_back(reader_.require({name}));
        }
        for (const auto& [name, value] : input.where) {
            filters_.emplace_back(reader_.require({name}), value);
        }
        if (!input.by.empty()) {
            by_ = reader_.require({input.by});
        }
    }

    void read() {
        while (reader_.next()) {
            const bool wanted =
                std::all_of(filters_.begin(), filters_.end(), [&](const auto& filter) {
                    return reader_.field(filter.first) == filter.second;
                });
            if (wanted) {
                take();
            }
        }
        if (book_.alleles == 0 && !filters_.empty()) {
            bad(input_.path, "no row has what --where asks for");
        }
        taker_.finish(input_.path);
    }

  private:
    void take() {
        const VariantId id = id_ ? parse_id(reader_.field(*id_), reader_.where())
                                 : VariantId{reader_.field(contig_),
                                             reader_.whole_number(position_),
                                             reader_.field(ref_),
                                             reader_.field(alt_)};
        if (id.position < 1) {
            bad(reader_.where(), "positions count from 1");
        }
        const auto variant = taker_.variant(id.contig, id.position - 1, id.ref, id.alt);
        for (std::size_t i = 0; i < scores_.size(); ++i) {
            const auto value = reader_.number(scores_[i]);
            if (!variant) {
                continue;
            }
            if (value && std::fabs(*value) > kMostScore) {
                bad(reader_.where(), "a score beyond 1e100 is no effect");
            }
            Prediction& known = book_.predictions[taker_.label(label_of(i))][*variant];
            book_.repeated += known.reason != ScoreBook::kNotScored ? 1 : 0;
            book_.differing +=
                value && known.reason == ScoreBook::kOk && *value != known.value ? 1 : 0;
            if (value && is_larger(*value, known.value)) {
                known = {*value, ScoreBook::kOk};
            } else if (!value && known.reason == ScoreBook::kNotScored) {
                known.reason = reason();
            }
        }
    }
    /// In size; of equal sizes the positive one, so that the order of the rows does not matter.
    static bool is_larger(double value, double known) {
        const double size = std::fabs(value);
        return std::isnan(known) || size > std::fabs(known) ||
               (size == std::fabs(known) && value > known);
    }
    [[nodiscard]] std::string label_of(std::size_t score) const {
        if (!by_) {
            return input_.scores[score];
        }
        std::string label(reader_.field(*by_));
        label = label.empty() ? "." : label;
        return scores_.size() == 1 ? label : label + " " + input_.scores[score];
    }
    std::uint32_t reason() {
        const std::string_view text = status_ ? reader_.field(*status_) : std::string_view();
        return text.empty() || text == "OK" || text == "." ? ScoreBook::kNoValue
                                                           : taker_.reason(std::string(text));
    }

    const ScoreInput& input_;
    ScoreBook& book_;
    Taker taker_;
    TableReader reader_;
    std::optional<std::size_t> id_;
    std::size_t contig_ = 0;
    std::size_t position_ = 0;
    std::size_t ref_ = 0;
    std::size_t alt_ = 0;
    std::optional<std::size_t> status_;
    std::vector<std::size_t> scores_;
    std::vector<std::pair<std::size_t, std::string>> filters_;
    std::optional<std::size_t> by_;
};

}  // namespace

ScoreBook read_scores(const ScoreInput& input,
                      const VariantKeys& keys,
                      const io::ThreadPool& pool,
                      CountTable& table) {
    ScoreBook book;
    if (table.blocks) {
        if (input.kind == FileKind::kVariants) {
            bad(input.path,
                "counts of haplotypes need the table of 'varhush haplo', and this is VCF or BCF");
        }
        read_haplotype_scores(input, table, book);
    } else if (input.kind == FileKind::kVariants) {
        VariantScores(input, keys, table, book).read(pool);
    } else {
        TableScores(input, keys, table, book).read();
    }
    return book;
}

}  // namespace varhush::concord
