#include "sequence_table.hpp"

#include "row_reader.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace varhush::train {
namespace {

std::string upper_bases(const RowReader& rows, const std::string& column) {
    std::string bases(rows.field(column));
    for (char& base : bases) {
        base = static_cast<char>(std::toupper(static_cast<unsigned char>(base)));
    }
    if (bases.empty() || bases.find_first_not_of("ACGTN") != std::string::npos) {
        rows.refuse("expected a sequence of A, C, G, T and N, found '" + bases + "'");
    }
    return bases;
}

/// The same text for a sequence and its reverse complement.
std::string either_strand(const std::string& bases) {
    return std::min(bases, seq::reverse_complement(bases));
}

std::vector<std::string> columns_of(const SequenceSource& source) {
    std::vector<std::string> names{source.column};
    for (const auto* where : {&source.where, &source.validate_where, &source.test_where}) {
        for (const auto& [name, text] : *where) {
            names.push_back(name);
        }
    }
    return names;
}

}  // namespace

SequenceTable::SequenceTable(const SequenceSource& source,
                             std::int64_t window_bp,
                             std::int64_t shift_bp)
    : source_(source), window_bp_(window_bp) {
    RowReader rows(source.file, columns_of(source));
    const std::array wheres{&source.where, &source.validate_where, &source.test_where};
    std::map<std::string, std::size_t> split_of;
    for (std::int64_t row = 0; rows.next(); ++row) {
        for (std::size_t split = 0; split < parts_.size(); ++split) {
            if ((split > 0 && wheres.at(split)->empty()) || !rows.matches(*wheres.at(split))) {
                continue;
            }
            std::string bases = upper_bases(rows, source.column);
            const auto length = static_cast<std::int64_t>(bases.size());
            if (length + 2 * shift_bp > window_bp) {
                rows.refuse("a sequence of " + std::to_string(length) +
                            " bases does not stay in a window of " + std::to_string(window_bp) +
                            " that moves by up to " + std::to_string(shift_bp));
            }
            if (split_of.emplace(either_strand(bases), split).first->second != split) {
                rows.refuse("leak: this sequence, on one of its strands, is in another split too");
            }
            parts_.at(split).bases.push_back(std::move(bases));
            parts_.at(split).rows.push_back(row);
        }
    }
    if (part(Split::kTrain).rows.empty()) {
        throw Error(ErrorKind::kInput, source.file + ": no sequence to train on");
    }
    core::log(core::LogLevel::kInfo,
              source.file + ": sequences: " + std::to_string(part(Split::kTrain).rows.size()) +
                  " to train on, " + std::to_string(part(Split::kValidation).rows.size()) +
                  " to watch, " + std::to_string(part(Split::kTest).rows.size()) + " for the test");
}

std::string SequenceTable::contig(Split split) const {
    static constexpr std::array<const char*, 3> kEndings{"", ".validation", ".test"};
    return source_.name + kEndings.at(static_cast<std::size_t>(split));
}

std::int64_t SequenceTable::length_bp(Split split) const {
    return static_cast<std::int64_t>(part(split).rows.size()) * window_bp_;
}

std::string SequenceTable::fetch(Split split, std::int64_t start, std::int64_t end) const {
    std::string out(static_cast<std::size_t>(std::max<std::int64_t>(end - start, 0)), 'N');
    const auto count = static_cast<std::int64_t>(part(split).bases.size());
    const std::int64_t first = std::max<std::int64_t>(start / window_bp_, 0);
    for (std::int64_t slot = first; slot < count && slot * window_bp_ < end; ++slot) {
        const std::string& bases = part(split).bases[static_cast<std::size_t>(slot)];
        const std::int64_t at = slot * window_bp_ + margin(bases);
        const std::int64_t left = std::max(start, at);
        const std::int64_t right = std::min(end, at + static_cast<std::int64_t>(bases.size()));
        if (left < right) {
            out.replace(static_cast<std::size_t>(left - start),
                        static_cast<std::size_t>(right - left),
                        bases,
                        static_cast<std::size_t>(left - at),
                        static_cast<std::size_t>(right - left));
        }
    }
    return out;
}

void SequenceTable::each_value(
    const std::string& value,
    const std::function<void(const std::string&, std::int64_t, std::int64_t, double)>& take) const {
    RowReader rows(source_.file, {value});
    std::array<std::size_t, 3> next{};
    for (std::int64_t row = 0; rows.next(); ++row) {
        for (const Split split : kSplits) {
            std::size_t& slot = next.at(static_cast<std::size_t>(split));
            const Part& one = part(split);
            if (slot >= one.rows.size() || one.rows[slot] != row) {
                continue;
            }
            const std::string& bases = one.bases[slot];
            const std::int64_t start = static_cast<std::int64_t>(slot) * window_bp_ + margin(bases);
            take(contig(split),
                 start,
                 start + static_cast<std::int64_t>(bases.size()),
                 rows.number(value));
            ++slot;
        }
    }
}

std::vector<SequenceTable> read_sequence_tables(const TrackConfig& config) {
    std::vector<SequenceTable> tables;
    std::set<std::string> names;
    for (const SequenceSource& source : config.sequences) {
        if (!names.insert(source.name).second) {
            throw Error(ErrorKind::kInput, "two tables of sequences are called " + source.name);
        }
        tables.emplace_back(source, config.window_bp, config.shift_bp);
    }
    return tables;
}

std::vector<seq::Region> table_regions(std::span<const SequenceTable> tables, Split split) {
    std::vector<seq::Region> regions;
    for (const SequenceTable& table : tables) {
        if (table.length_bp(split) > 0) {
            regions.push_back({table.contig(split), 0, table.length_bp(split)});
        }
    }
    return regions;
}

}  // namespace varhush::train
