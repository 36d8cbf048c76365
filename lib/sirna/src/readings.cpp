#include "readings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <unordered_map>
#include <utility>

namespace varhush::sirna {

namespace {

constexpr std::size_t kMostReadings = 4096;
constexpr std::uint32_t kFlank = kLongestWindow - 1;

/// A place of the transcript that may read otherwise.
struct Site {
    std::uint32_t start = 0;
    std::uint32_t end = 0;
    std::vector<std::vector<std::uint8_t>> options;  ///< one for an allele
    std::uint32_t variant = Edit::kAmbiguity;
    std::array<bool, 2> possible{true, true};  ///< by copy of the chromosome
    std::array<bool, 2> certain{true, true};   ///< the transcript's own letters are not possible
    std::uint32_t record = CarriedAllele::kNoRecord;
    bool no_reference = false;  ///< each copy has one of the record's alleles
};

/// The places where a record without reference changes a transcript.
struct RecordSpan {
    std::uint32_t first_start = 0xffffffff;
    std::uint32_t first_end = 0;  ///< of the leftmost
    std::uint32_t last_end = 0;
    std::size_t last_site = 0;  ///< number of the last one
};

std::vector<std::uint8_t> codes_of(std::string_view bases) {
    std::vector<std::uint8_t> codes(bases.size());
    std::transform(bases.begin(), bases.end(), codes.begin(), code_of);
    return codes;
}

Site site_of(const CarriedAllele& allele) {
    Site site;
    site.start = allele.start;
    site.end = allele.end;
    site.options = {codes_of(allele.alt)};
    site.variant = allele.variant;
    for (std::size_t copy = 0; copy < 2; ++copy) {
        site.possible[copy] = !allele.phased || allele.on_copy[copy];
        site.certain[copy] = allele.phased && allele.on_copy[copy];
    }
    site.record = allele.record;
    site.no_reference = allele.no_reference && allele.record != CarriedAllele::kNoRecord;
    return site;
}

std::vector<Site> sites_of(const TranscriptRecord& record) {
    std::vector<Site> sites;
    for (const CarriedAllele& allele : record.alleles) {
        sites.push_back(site_of(allele));
    }
    for (std::size_t i = 0; i < record.bases.size(); ++i) {
        const std::string_view options = readings_of(record.bases[i]);
        if (!options.empty()) {
            const auto at = static_cast<std::uint32_t>(i);
            Site site;
            site.start = at;
            site.end = at + 1;
            for (const char option : options) {
                site.options.push_back({static_cast<std::uint8_t>(option)});
            }
            sites.push_back(std::move(site));
        }
    }
    // Alleles come before an ambiguity letter at the same place, which they replace.
    // So do insertions before what changes the base behind them.
    std::stable_sort(sites.begin(), sites.end(), [](const Site& a, const Site& b) {
        return std::pair(a.start, a.end) < std::pair(b.start, b.end);
    });
    return sites;
}

/// Makes the readings of one transcript, for one copy of the chromosome after the other.
class Reader {
  public:
    Reader(const TranscriptRecord& record, ReadingLimits& limits)
        : bases_(record.bases), sites_(sites_of(record)), limits_(limits) {
        for (std::size_t i = 0; i < sites_.size(); ++i) {
            const Site& site = sites_[i];
            longest_ = std::max(longest_, site.end - site.start);
            if (site.no_reference) {
                RecordSpan& span = spans_[site.record];
                if (site.start < span.first_start) {
                    span.first_start = site.start;
                    span.first_end = site.end;
                }
                span.last_end = std::max(span.last_end, site.end);
                span.last_site = i;
            }
            if (site.record != CarriedAllele::kNoRecord) {
                records_[site.variant] = site.record;
            }
        }
    }

    std::vector<Reading> run() {
        for (std::size_t copy = 0; copy < 2; ++copy) {
            copy_ = copy;
            for (std::size_t i = 0; i < sites_.size(); ++i) {
                if (sites_[i].possible[copy]) {
                    begin_with(i);
                }
            }
        }
        for (const std::size_t number : left_out_) {
            ++(sites_[number].variant == Edit::kAmbiguity ? limits_.ambiguous_as_n
                                                          : limits_.alleles_left_out);
        }
        std::sort(found_.begin(), found_.end());
        found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
        return std::move(found_);
    }

  private:
    void begin_with(std::size_t first) {
        const Site& site = sites_[first];
        Reading reading;
        reading.start = left_end(first);
        for (std::uint32_t at = reading.start; at < site.start; ++at) {
            reading.codes.push_back(code_of(bases_[at]));
        }
        const std::size_t before = found_.size();
        overflow_ = false;
        before_ = before;
        take(reading, first, kFlank);
        if (overflow_) {
            found_.resize(before);
            left_out_.insert(first);
        }
    }

    /// Where the stretch left of a site begins: the site is the first change in it, and bases that
    /// this copy cannot have are not in it.
    [[nodiscard]] std::uint32_t left_end(std::size_t first) const {
        const std::uint32_t start = sites_[first].start;
        std::uint32_t left = start > kFlank ? start - kFlank : 0;
        for (std::size_t i = first; i > 0 && sites_[i - 1].start + longest_ >= left; --i) {
            const Site& site = sites_[i - 1];
            if (site.certain[copy_] && site.end <= start) {
                left = std::max(left, site.end);
            }
            // Of a record that lies in front of `first` as a whole one allele is on this copy.
            if (site.no_reference && site.record != sites_[first].record && site.end <= start) {
                const RecordSpan& span = spans_.at(site.record);
                left = span.last_end <= start ? std::max(left, span.first_end) : left;
            }
        }
        for (std::uint32_t at = start; at > left; --at) {
            if (code_of(bases_[at - 1]) == kNoBase) {
                return at;
            }
        }
        return left;
    }

    /// Goes on with every option of site `number`; `right` bases may follow behind it.
    void take(const Reading& so_far, std::size_t number, std::uint32_t right) {
        const Site& site = sites_[number];
        for (const auto& option : site.options) {
            if (overflow_) {
                return;
            }
            Reading reading = so_far;
            const auto from = static_cast<std::uint32_t>(reading.codes.size());
            reading.codes.insert(reading.codes.end(), option.begin(), option.end());
            const auto to = static_cast<std::uint32_t>(reading.codes.size());
            reading.changes.push_back({from, to, site.start, site.end, site.variant});
            const bool is_first = reading.changes.size() == 1;
            const auto used = is_first ? 0 : static_cast<std::uint32_t>(option.size());
            go_right(std::move(reading), site.end, number + 1, right - std::min(right, used));
        }
    }

    void go_right(Reading reading, std::uint32_t at, std::size_t next, std::uint32_t right) {
        while (right > 0 && at <= bases_.size()) {
            while (next < sites_.size() &&
                   (sites_[next].start < at || !sites_[next].possible[copy_])) {
                ++next;
            }
            if (next < sites_.size() && sites_[next].start == at && !fits(reading, sites_[next])) {
                ++next;
                continue;
            }
            if (next < sites_.size() && sites_[next].start == at) {
                take(reading, next, right);
                if (sites_[next].certain[copy_] || must_take(reading, next)) {
                    return;
                }
                ++next;
                continue;
            }
            if (at == bases_.size() || code_of(bases_[at]) == kNoBase) {
                break;
            }
            reading.codes.push_back(code_of(bases_[at++]));
            --right;
        }
        keep(std::move(reading));
    }

    /// Whether site `number` was the last chance for an allele of a record without reference, all
    /// of whose places lie in the reading.
    [[nodiscard]] bool must_take(const Reading& reading, std::size_t number) const {
        const Site& site = sites_[number];
        if (!site.no_reference) {
            return false;
        }
        const RecordSpan& span = spans_.at(site.record);
        return number == span.last_site && span.first_start >= reading.changes.front().end;
    }

    /// Whether no other allele of the record is in the reading.
    [[nodiscard]] bool fits(const Reading& reading, const Site& site) const {
        return site.record == CarriedAllele::kNoRecord ||
               std::none_of(
                   reading.changes.begin(), reading.changes.end(), [&](const Reading::Change& one) {
                       const auto found = records_.find(one.variant);
                       return found != records_.end() && found->second == site.record;
                   });
    }

    void keep(Reading reading) {
        const bool whole =
            std::find(reading.codes.begin(), reading.codes.end(), kNoBase) == reading.codes.end();
        if (found_.size() - before_ >= kMostReadings) {
            overflow_ = true;
        } else if (whole) {
            found_.push_back(std::move(reading));
        }
    }

    const std::string& bases_;
    std::vector<Site> sites_;
    ReadingLimits& limits_;
    std::vector<Reading> found_;
    std::unordered_map<std::uint32_t, std::uint32_t> records_;  ///< of variants
    std::unordered_map<std::uint32_t, RecordSpan> spans_;       ///< of records without reference
    std::set<std::size_t> left_out_;                            ///< sites, on either copy or both
    std::size_t copy_ = 0;
    std::size_t before_ = 0;
    std::uint32_t longest_ = 0;  ///< of the transcript's own letters at a site
    bool overflow_ = false;
};

}  // namespace

std::uint8_t code_of(char letter) noexcept {
    switch (letter) {
        case 'A':
        case 'a':
            return 0;
        case 'C':
        case 'c':
            return 1;
        case 'G':
        case 'g':
            return 2;
        case 'T':
        case 't':
        case 'U':
        case 'u':
            return 3;
        default:
            return kNoBase;
    }
}

std::string_view readings_of(char letter) noexcept {
    using namespace std::string_view_literals;
    switch (std::toupper(static_cast<unsigned char>(letter))) {
        case 'R':
            return "\0\2"sv;
        case 'Y':
            return "\1\3"sv;
        case 'S':
            return "\1\2"sv;
        case 'W':
            return "\0\3"sv;
        case 'K':
            return "\2\3"sv;
        case 'M':
            return "\0\1"sv;
        case 'B':
            return "\1\2\3"sv;
        case 'D':
            return "\0\2\3"sv;
        case 'H':
            return "\0\1\3"sv;
        case 'V':
            return "\0\1\2"sv;
        default:
            return {};
    }
}

std::vector<Reading> readings_of(const TranscriptRecord& record, ReadingLimits& limits) {
    return Reader(record, limits).run();
}

}  // namespace varhush::sirna
