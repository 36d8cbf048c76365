#include "varhush/seq/human_build.hpp"

#include "varhush/seq/contig_alias.hpp"

#include <array>
#include <cstddef>
#include <unordered_map>
#include <vector>

namespace varhush::seq {
namespace {

constexpr std::size_t kChromosomes = 24;

struct Build {
    std::string_view name;
    std::array<std::int64_t, kChromosomes> length_bp;  ///< 1 to 22, X, Y
};

constexpr std::array<Build, 3> kBuilds{{
    {"GRCh37",
     {249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022,
      141213431, 135534747, 135006516, 133851895, 115169878, 107349540, 102531392, 90354753,
      81195210,  78077248,  59128983,  63025520,  48129895,  51304566,  155270560, 59373566}},
    {"GRCh38",
     {248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636,
      138394717, 133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345,
      83257441,  80373285,  58617616,  64444167,  46709983,  50818468,  156040895, 57227415}},
    {"T2T-CHM13",
     {248387328, 242696752, 201105948, 193574945, 182045439, 172126628, 160567428, 146259331,
      150617247, 134758134, 135127769, 133324548, 113566686, 101161492, 99753195,  96330374,
      84276897,  80542538,  61707364,  66210255,  45090682,  51324926,  154259566, 62460029}},
}};

std::vector<std::string> chromosome_names() {
    std::vector<std::string> names;
    for (int number = 1; number <= 22; ++number) {
        names.push_back(std::to_string(number));
    }
    names.emplace_back("X");
    names.emplace_back("Y");
    return names;
}

}  // namespace

std::optional<std::string> human_build(std::span<const NamedLength> contigs) {
    const std::vector<std::string> names = chromosome_names();
    const ContigAliases aliases(names);
    std::unordered_map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < names.size(); ++i) {
        index.emplace(names[i], i);
    }
    std::size_t seen = 0;
    std::array<std::size_t, kBuilds.size()> fitting{};
    for (const NamedLength& contig : contigs) {
        const std::optional<std::string> name = aliases.find(contig.name);
        if (!name) {
            continue;
        }
        ++seen;
        for (std::size_t build = 0; build < kBuilds.size(); ++build) {
            if (kBuilds[build].length_bp[index.at(*name)] == contig.length_bp) {
                ++fitting[build];
            }
        }
    }
    for (std::size_t build = 0; build < kBuilds.size(); ++build) {
        if (seen > 0 && fitting[build] == seen) {
            return std::string(kBuilds[build].name);
        }
    }
    return std::nullopt;
}

}  // namespace varhush::seq
