#include "apps/common/seed_tables.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/sirna/guide.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace varhush::apps {

namespace {

constexpr std::size_t kMostNames = 5;
constexpr std::size_t kSeven = 7;
constexpr std::size_t kSix = 6;

[[noreturn]] void fail(const io::TextReader& reader, const std::string& what) {
    throw Error(ErrorKind::kInput, reader.where() + ": " + what);
}

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, value);
    const bool is_number = done.ec == std::errc{} && done.ptr == end && std::isfinite(value);
    return is_number ? std::optional(value) : std::nullopt;
}

}  // namespace

MirnaSeeds::MirnaSeeds(const std::string& path) {
    io::TextReader reader(path);
    std::string line;
    if (!reader.next(line)) {
        throw Error(ErrorKind::kInput, path + ": the file is empty");
    }
    const auto header = io::split_tabs(line);
    const std::vector<std::string> names(header.begin(), header.end());
    const auto at = [&](std::initializer_list<std::string_view> wanted) {
        return static_cast<std::size_t>(
            std::find_first_of(names.begin(), names.end(), wanted.begin(), wanted.end()) -
            names.begin());
    };
    const std::size_t name = at({"mirna"});
    const std::size_t seed = at({"seed7", "seed7_2_8"});
    if (name == names.size() || seed == names.size()) {
        fail(reader, "a table of miRNA seeds has the columns 'mirna' and 'seed7'");
    }
    while (reader.next(line)) {
        const auto fields = io::split_tabs(line);
        const std::string rna = seed < fields.size() ? sirna::to_rna(fields[seed]) : std::string();
        if (fields.size() != names.size() || rna.size() != kSeven || !sirna::is_rna(rna)) {
            fail(reader, "this line has no seed of seven bases");
        }
        by_seed_[rna].emplace_back(fields[name]);
    }
    reader.refuse_cut_line();
}

std::string MirnaSeeds::names(std::string_view strand) const {
    const auto found = by_seed_.find(std::string(strand.substr(1, kSeven)));
    if (found == by_seed_.end()) {
        return ".";
    }
    const auto& all = found->second;
    std::string text;
    for (std::size_t i = 0; i < std::min(all.size(), kMostNames); ++i) {
        text += (i > 0 ? "," : "") + all[i];
    }
    if (all.size() > kMostNames) {
        text += ",+" + std::to_string(all.size() - kMostNames);
    }
    return text;
}

SeedValues::SeedValues(const std::string& path) {
    io::TextReader reader(path);
    std::string line;
    while (reader.next(line)) {
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        const auto fields = io::split_tabs(line);
        const std::string seed = sirna::to_rna(fields[0]);
        const std::string_view text = fields.size() > 1 ? fields[1] : std::string_view();
        const auto value = number_of(text);
        const bool is_seed = (seed.size() == kSix || seed.size() == kSeven) && sirna::is_rna(seed);
        // Not what was meant to be data, e.g. "GAGGNA 3", "GAGGUA nan".
        const bool names_columns = !value && !is_seed && !text.empty();
        if (names_columns && reader.line_number() == 1) {
            continue;
        }
        if (!value || !is_seed || (length_ != 0 && seed.size() != length_)) {
            fail(reader, "a line is a seed of six or seven bases and a finite number");
        }
        length_ = seed.size();
        if (!values_.emplace(seed, *value).second) {
            fail(reader, "seed " + seed + " is there twice");
        }
    }
    reader.refuse_cut_line();
    if (values_.empty()) {
        throw Error(ErrorKind::kInput, path + ": there is no seed in the file");
    }
}

std::optional<double> SeedValues::of(std::string_view strand) const {
    const auto found = values_.find(std::string(strand.substr(1, length_)));
    return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::pair<std::string, std::string>> read_name_pairs(const std::string& path) {
    io::TextReader reader(path);
    std::vector<std::pair<std::string, std::string>> pairs;
    std::string line;
    while (reader.next(line)) {
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        const auto fields = io::split_tabs(line);
        if (fields.size() < 2 || fields[0].empty() || fields[1].empty()) {
            fail(reader, "a line is a gene and a gene that resembles it");
        }
        pairs.emplace_back(fields[0], fields[1]);
    }
    reader.refuse_cut_line();
    return pairs;
}

}  // namespace varhush::apps
