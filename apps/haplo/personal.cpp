#include "apps/haplo/personal.hpp"

#include "varhush/seq/haplotype.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace varhush::apps {

namespace {

constexpr std::int64_t kPieceBp = 1 << 20;
constexpr std::size_t kLineBases = 60;

std::span<const seq::Change> changes_on(const Haplotype& haplotype, const std::string& contig) {
    const auto found = haplotype.changes.find(contig);
    return found == haplotype.changes.end() ? std::span<const seq::Change>() : found->second;
}

/// Bases on their way into lines.
class FastaLines {
  public:
    explicit FastaLines(io::OutputFile& output) : output_(output) {}

    void begin(const std::string& name) { text_ += ">" + name + "\n"; }

    void add(std::string_view bases) {
        while (!bases.empty()) {
            const std::size_t size = std::min(kLineBases - column_, bases.size());
            text_ += bases.substr(0, size);
            bases.remove_prefix(size);
            column_ += size;
            if (column_ == kLineBases) {
                text_ += '\n';
                column_ = 0;
            }
        }
        if (text_.size() >= static_cast<std::size_t>(kPieceBp)) {
            flush();
        }
    }

    void end() {
        text_ += column_ > 0 ? "\n" : "";
        column_ = 0;
        flush();
    }

  private:
    void flush() {
        output_.write(text_);
        text_.clear();
    }

    io::OutputFile& output_;
    std::string text_;
    std::size_t column_ = 0;
};

// Bases in both, then what only the reference and only the haplotype has.
struct ChainLine {
    std::int64_t both = 0;
    std::int64_t removed = 0;
    std::int64_t inserted = 0;
};

// What a chain says of one side.
struct Ends {
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::int64_t size = 0;
};

std::vector<ChainLine> chain_lines(std::span<const seq::Change> changes) {
    std::vector<ChainLine> lines;
    std::int64_t at = 0;
    for (const seq::Change& change : changes) {
        const auto removed = static_cast<std::int64_t>(change.ref.size());
        const auto inserted = static_cast<std::int64_t>(change.alt.size());
        if (removed == inserted) {
            continue;
        }
        if (!lines.empty() && change.start == at) {  // no base between the two
            lines.back().removed += removed;
            lines.back().inserted += inserted;
        } else {
            lines.push_back({change.start - at, removed, inserted});
        }
        at = change.end();
    }
    return lines;
}

}  // namespace

void write_personal_fasta(const seq::ReferenceSource& reference,
                          const Haplotype& haplotype,
                          io::OutputFile& output) {
    FastaLines lines(output);
    for (const auto& contig : reference.contigs()) {
        lines.begin(contig.name);
        std::int64_t at = 0;
        const auto copy_to = [&](std::int64_t stop) {
            for (; at < stop; at = std::min(stop, at + kPieceBp)) {
                lines.add(reference.fetch(contig.name, at, std::min(stop, at + kPieceBp)));
            }
        };
        for (const seq::Change& change : changes_on(haplotype, contig.name)) {
            copy_to(change.start);
            lines.add(change.alt);
            at = change.end();
        }
        copy_to(contig.length_bp);
        lines.end();
    }
}

void write_chain(const seq::ReferenceSource& reference,
                 const Haplotype& haplotype,
                 io::OutputFile& output) {
    int id = 0;
    for (const auto& contig : reference.contigs()) {
        auto lines = chain_lines(changes_on(haplotype, contig.name));
        Ends old{0, contig.length_bp, contig.length_bp};
        Ends now = old;
        std::int64_t last = contig.length_bp;
        std::int64_t score = contig.length_bp;
        for (const ChainLine& line : lines) {
            last -= line.both + line.removed;
            score -= line.removed;
            now.size += line.inserted - line.removed;
        }
        now.end = now.size;
        // A chain begins and ends with bases that both have.
        if (!lines.empty() && last == 0) {
            last = lines.back().both;
            old.end -= lines.back().removed;
            now.end -= lines.back().inserted;
            lines.pop_back();
        }
        if (!lines.empty() && lines.front().both == 0) {
            old.start = lines.front().removed;
            now.start = lines.front().inserted;
            lines.erase(lines.begin());
        }
        if (score == 0) {
            continue;
        }
        std::string text = "chain " + std::to_string(score);
        for (const Ends& ends : {old, now}) {
            text += ' ' + contig.name + ' ' + std::to_string(ends.size) + " + " +
                    std::to_string(ends.start) + ' ' + std::to_string(ends.end);
        }
        text += ' ' + std::to_string(++id) + '\n';
        for (const ChainLine& line : lines) {
            text += std::to_string(line.both) + ' ' + std::to_string(line.removed) + ' ' +
                    std::to_string(line.inserted) + '\n';
        }
        output.write(text + std::to_string(last) + "\n\n");
    }
}

}  // namespace varhush::apps
