#include "apps/ism/regions.hpp"

#include "apps/common/reader_options.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/report/run_summary.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>

namespace varhush::apps {

namespace {

constexpr const char* kStrandHint =
    "positions and letters are those of the + strand: leave the strand out, or give it as .";

/// Intervals and whom to blame for them.
struct Wanted {
    std::vector<seq::Region> regions;
    ErrorKind kind = ErrorKind::kUsage;
    std::string source;
};

void refuse_minus_strands(const std::string& path) {
    io::TextReader reader(path);
    std::string line;
    while (reader.next(line)) {
        const auto fields = io::split_tabs(line);
        constexpr std::size_t kStrand = 5;
        if (!line.starts_with('#') && fields.size() > kStrand && fields[kStrand] == "-") {
            throw Error(ErrorKind::kInput, reader.where() + ": an interval on -", kStrandHint);
        }
    }
}

Wanted wanted_regions(const IsmOptions& options) {
    RegionOptions regions;
    regions.regions = options.regions;
    regions.regions_file = options.regions_file;
    if (!options.regions.empty()) {
        if ((options.regions + ",").find(":-,") != std::string::npos) {
            throw Error(
                ErrorKind::kUsage, "-r " + options.regions + ": an interval on -", kStrandHint);
        }
        return {reader_options({}, regions).regions, ErrorKind::kUsage, "-r"};
    }
    // It is read twice: once for the strands.
    const std::filesystem::path path(options.regions_file);
    const bool is_stream = std::filesystem::exists(path) && !std::filesystem::is_regular_file(path);
    if (is_stream || options.regions_file == "-") {
        throw Error(ErrorKind::kUsage,
                    "-R " + options.regions_file + " is no regular file",
                    "write the intervals into a file first");
    }
    refuse_minus_strands(options.regions_file);
    return {reader_options({}, regions).regions, ErrorKind::kInput, "-R"};
}

void check_region(const Wanted& wanted,
                  seq::Region& region,
                  const seq::ReferenceSource& reference,
                  const seq::ContigAliases& aliases,
                  std::int64_t longest_bp) {
    const auto refuse = [&](const std::string& why, const std::string& hint = {}) {
        throw Error(wanted.kind, wanted.source + " " + seq::to_text(region) + why, hint);
    };
    const auto contig = aliases.find(region.contig);
    if (!contig) {
        refuse(": the reference has no contig " + region.contig);
    }
    region.contig = contig.value_or("");
    const std::int64_t length = reference.length_bp(region.contig).value_or(0);
    if (region.end == seq::Region::kToContigEnd) {
        region.end = length;
    }
    if (region.start < 0 || region.end > length || region.start >= length) {
        refuse(" lies outside its contig, which has " + report::with_thousands(length) + " bases");
    }
    if (region.start >= region.end) {
        refuse(" is empty");
    }
    if (region.end - region.start > longest_bp) {
        refuse(" has " + report::with_thousands(region.end - region.start) +
                   " bases; half of the window are the most",
               "cut it into pieces of " + report::with_thousands(longest_bp) +
                   " bases, or choose a larger --window");
    }
}

}  // namespace

std::vector<seq::Region> ism_regions(const IsmOptions& options,
                                     const seq::ReferenceSource& reference,
                                     std::int64_t longest_bp) {
    Wanted wanted = wanted_regions(options);
    if (wanted.regions.empty()) {
        throw Error(wanted.kind, wanted.source + " has no interval");
    }
    const auto aliases = seq::aliases_of(reference);
    for (auto& region : wanted.regions) {
        check_region(wanted, region, reference, aliases, longest_bp);
    }
    std::map<std::string, std::size_t> order;
    for (const auto& contig : reference.contigs()) {
        order.emplace(contig.name, order.size());
    }
    auto& regions = wanted.regions;
    std::stable_sort(regions.begin(), regions.end(), [&](const auto& a, const auto& b) {
        return std::tuple(order.at(a.contig), a.start, a.end) <
               std::tuple(order.at(b.contig), b.start, b.end);
    });
    for (std::size_t i = 1; i < regions.size(); ++i) {
        if (regions[i].contig == regions[i - 1].contig && regions[i].start < regions[i - 1].end) {
            throw Error(wanted.kind,
                        wanted.source + ": " + seq::to_text(regions[i]) + " overlaps " +
                            seq::to_text(regions[i - 1]),
                        "a base would have two contributions, of two windows; bedtools merge joins "
                        "intervals");
        }
    }
    return regions;
}

}  // namespace varhush::apps
