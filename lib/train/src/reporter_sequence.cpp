#include "reporter_sequence.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>

namespace varhush::train {

namespace {

constexpr std::int64_t kBin = LabelledSequence::kBin;
constexpr std::int64_t kEnds = 2000;   // bases at the chromosome's ends that are left out
constexpr std::int64_t kMargin = 500;  // round the held-out region
constexpr std::size_t kGcClasses = 40;

std::int64_t integer(const io::TextReader& reader, std::string_view text) {
    std::int64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) {
        throw Error(ErrorKind::kInput,
                    reader.where() + ": expected a position, found '" + std::string(text) + "'");
    }
    return value;
}

// "chr20:4000001-8000000" or "chr20": pieces follow each other.
void begin_piece(const io::TextReader& reader, const std::string& line, LabelledSequence& out) {
    const std::string name = line.substr(1, line.find_first_of(" \t") - 1);
    const auto colon = name.find(':');
    const std::string contig = name.substr(0, colon);
    if (out.contig.empty()) {
        out.contig = contig;
    }
    std::int64_t start = 1;
    if (colon != std::string::npos) {
        start = integer(
            reader, std::string_view(name).substr(colon + 1, name.find('-', colon) - colon - 1));
    }
    if (contig != out.contig || start != static_cast<std::int64_t>(out.codes.size()) + 1) {
        throw Error(ErrorKind::kInput,
                    reader.where() + ": " + name + " does not follow base " +
                        std::to_string(out.codes.size()) + " of " + out.contig,
                    "'sequence' lists the pieces of one chromosome in order");
    }
}

void read_sequence(const ReporterTrainingConfig& config, LabelledSequence& out) {
    for (const std::string& file : config.sequence) {
        io::TextReader reader(config.path_of(file));
        for (std::string line; reader.next(line);) {
            if (!line.empty() && line[0] == '>') {
                begin_piece(reader, line, out);
                continue;
            }
            for (const char base : line) {
                out.codes.push_back(seq::base_code(base));
            }
        }
    }
    if (out.contig.empty()) {
        throw Error(ErrorKind::kInput, config.sequence.front() + ": no sequence");
    }
}

class Labels {
  public:
    explicit Labels(LabelledSequence& out)
        : out_(out), last_(static_cast<std::int64_t>(out.codes.size()) / kBin - 1) {}

    void add(const std::string& track, std::int64_t position) {
        positions_[track].push_back(std::clamp<std::int64_t>(position / kBin, 0, last_));
    }
    void finish() {
        for (auto& [track, bins] : positions_) {
            std::sort(bins.begin(), bins.end());
            bins.erase(std::unique(bins.begin(), bins.end()), bins.end());
            out_.tracks.push_back(track);
            out_.bins.push_back(std::move(bins));
        }
    }

  private:
    LabelledSequence& out_;
    std::int64_t last_;
    std::map<std::string, std::vector<std::int64_t>> positions_;
};

// Rows of a table on the chromosome with at least so many fields; a header line is passed over.
void each_row(
    const std::string& path,
    const std::string& contig,
    std::size_t fields_needed,
    const std::function<void(const io::TextReader&, const std::vector<std::string_view>&)>& take) {
    io::TextReader reader(path);
    std::size_t rows = 0;
    for (std::string line; reader.next(line);) {
        const auto fields = io::split_tabs(line);
        if (line.empty() || line[0] == '#' || fields[0] == "chrom") {
            continue;
        }
        if (fields.size() < fields_needed) {
            throw Error(ErrorKind::kInput,
                        reader.where() + ": expected " + std::to_string(fields_needed) +
                            " fields, found " + std::to_string(fields.size()));
        }
        if (fields[0] == contig) {
            take(reader, fields);
            ++rows;
        }
    }
    if (rows == 0) {
        throw Error(ErrorKind::kInput, path + ": nothing on " + contig);
    }
}

bool held_out_near(const seq::Region& region, std::int64_t begin, std::int64_t end) {
    return end > region.start - kMargin && begin < region.end + kMargin;
}

std::span<const std::uint8_t> stretch(const LabelledSequence& sequence,
                                      std::int64_t start,
                                      std::int64_t size) {
    return std::span(sequence.codes)
        .subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(size));
}

bool has_unknown(std::span<const std::uint8_t> codes) {
    return std::any_of(codes.begin(), codes.end(), [](std::uint8_t code) { return code > 3; });
}

std::size_t gc_class(std::span<const std::uint8_t> codes) {
    const auto gc = static_cast<std::size_t>(std::count_if(
        codes.begin(), codes.end(), [](std::uint8_t code) { return code == 1 || code == 2; }));
    return std::min(kGcClasses - 1, gc * kGcClasses / codes.size());
}

}  // namespace

void SharedWords::add(std::span<const std::uint8_t> codes) {
    std::vector<std::uint8_t> turned(codes.rbegin(), codes.rend());
    for (auto& code : turned) {
        code = static_cast<std::uint8_t>(code < 4 ? 3 - code : 4);
    }
    for (const std::span<const std::uint8_t> strand :
         {codes, std::span<const std::uint8_t>(turned)}) {
        std::uint64_t word = 0;
        std::size_t known = 0;
        for (const std::uint8_t code : strand) {
            known = code < 4 ? known + 1 : 0;
            word = (word << 2U | (code & 3U)) & ((std::uint64_t{1} << (2 * kWord)) - 1);
            if (known >= kWord) {
                words_.insert(word);
            }
        }
    }
}

bool SharedWords::any_in(std::span<const std::uint8_t> codes) const {
    std::uint64_t word = 0;
    std::size_t known = 0;
    for (const std::uint8_t code : codes) {
        known = code < 4 ? known + 1 : 0;
        word = (word << 2U | (code & 3U)) & ((std::uint64_t{1} << (2 * kWord)) - 1);
        if (known >= kWord && words_.contains(word)) {
            return true;
        }
    }
    return false;
}

LabelledSequence read_labelled_sequence(const ReporterTrainingConfig& config) {
    LabelledSequence out;
    read_sequence(config, out);
    if (config.held_out.contig != out.contig) {
        throw Error(
            ErrorKind::kInput,
            "'held_out' lies on " + config.held_out.contig + ", the sequence is " + out.contig);
    }
    Labels labels(out);
    each_row(config.path_of(config.peaks), out.contig, 7, [&](const auto& reader, const auto& f) {
        labels.add(std::string(f[5]) + ":" + std::string(f[6]), integer(reader, f[3]));
    });
    each_row(
        config.path_of(config.elements), out.contig, 4, [&](const auto& reader, const auto& f) {
            const std::int64_t middle = (integer(reader, f[1]) + integer(reader, f[2])) / 2;
            labels.add("element:" + std::string(f[3]), middle);
            out.element_middles.push_back(middle);
        });
    each_row(config.path_of(config.starts), out.contig, 3, [&](const auto& reader, const auto& f) {
        labels.add("start", integer(reader, f[1]));
    });
    labels.finish();
    return out;
}

BinChoice choose_bins(const LabelledSequence& sequence,
                      const seq::Region& held_out,
                      const SharedWords& shared,
                      Random& random) {
    const auto length = static_cast<std::int64_t>(sequence.codes.size());
    const std::int64_t count = length / kBin;
    std::vector<std::uint8_t> labelled(static_cast<std::size_t>(count + 2));
    for (const auto& bins : sequence.bins) {
        for (const std::int64_t bin : bins) {
            labelled[static_cast<std::size_t>(bin + 1)] = 1;  // one to the right: neighbours exist
        }
    }
    BinChoice choice;
    std::array<std::vector<std::int64_t>, kGcClasses> candidates;
    std::array<std::size_t, kGcClasses> wanted{};
    for (std::int64_t bin = 0; bin < count; ++bin) {
        const std::int64_t start = bin * kBin;
        const auto codes = stretch(sequence, start, kBin);
        const auto at = static_cast<std::size_t>(bin);
        if (start + kBin / 2 <= kEnds || start + kBin / 2 >= length - kEnds ||
            held_out_near(held_out, start, start + kBin) || has_unknown(codes)) {
            continue;
        }
        const bool empty = labelled[at] + labelled[at + 1] + labelled[at + 2] == 0;
        if (labelled[at + 1] == 0 && !empty) {
            continue;
        }
        if (shared.any_in(codes)) {
            ++choice.leaked;
        } else if (empty) {
            candidates[gc_class(codes)].push_back(bin);
        } else {
            choice.bins.push_back(bin);
            ++wanted[gc_class(codes)];
        }
    }
    choice.positives = choice.bins.size();
    for (std::size_t c = 0; c < kGcClasses; ++c) {
        for (std::size_t i = 0; i < std::min(wanted[c], candidates[c].size()); ++i) {
            const auto rest = static_cast<std::int64_t>(candidates[c].size() - i);
            std::swap(candidates[c][i],
                      candidates[c][i + static_cast<std::size_t>(random.below(rest))]);
            choice.bins.push_back(candidates[c][i]);
        }
    }
    return choice;
}

std::vector<std::int64_t> choose_windows(const LabelledSequence& sequence,
                                         const ReporterTrainingConfig& config,
                                         const SharedWords& shared,
                                         Random& random,
                                         std::size_t& leaked) {
    const auto length = static_cast<std::int64_t>(sequence.codes.size());
    const std::int64_t size = config.student.window_bp;
    const auto wanted = static_cast<std::size_t>(config.student.windows);
    const auto elements = static_cast<std::int64_t>(sequence.element_middles.size());
    std::vector<std::int64_t> starts;
    for (std::size_t tries = 0; starts.size() < wanted; ++tries) {
        if (tries > 100 * wanted) {
            throw Error(ErrorKind::kInput, sequence.contig + ": hardly any window to train on");
        }
        const bool element = starts.size() % 2 == 0;
        const std::int64_t start =
            element ? sequence.element_middles[static_cast<std::size_t>(random.below(elements))] -
                          size / 2
                    : random.below(std::max<std::int64_t>(1, length - size));
        if (start < 0 || start + size > length ||
            held_out_near(config.held_out, start, start + size)) {
            continue;
        }
        const auto codes = stretch(sequence, start, size);
        if (has_unknown(codes)) {
            continue;
        }
        if (shared.any_in(codes)) {
            ++leaked;
            continue;
        }
        starts.push_back(start);
    }
    return starts;
}

}  // namespace varhush::train
