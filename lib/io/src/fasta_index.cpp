#include "fasta_index.hpp"

#include "line_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace varhush::io {

namespace {

[[noreturn]] void malformed(const std::string& where, const std::string& what, std::string hint) {
    throw Error(ErrorKind::kInput, where + ": " + what, std::move(hint));
}

/// Collects entries line by line.
class Scanner {
  public:
    void header(std::string_view line, const std::string& where, std::int64_t next_offset) {
        const std::string name(line.substr(1, line.find_first_of(" \t") - 1));
        if (name.empty()) {
            malformed(where, "a sequence without a name", "");
        }
        if (!names_.insert(name).second) {
            malformed(where, "the sequence name " + name + " is there twice", "rename one of them");
        }
        entries_.push_back({name, 0, next_offset, 0, 0});
        ended_ = false;
    }

    void bases(std::int64_t count, std::int64_t width, const LineSource& lines) {
        if (entries_.empty()) {
            malformed(lines.where(), "not a FASTA: text before the first '>'", "");
        }
        FastaEntry& entry = entries_.back();
        if (entry.line_bases == 0 && count > 0 && !ended_) {
            entry.line_bases = count;
            entry.line_width = width;
        }
        const bool is_short = count < entry.line_bases || width != entry.line_width;
        if (count > 0 &&
            (ended_ || count > entry.line_bases ||
             (width != entry.line_width && count == entry.line_bases && !lines.unterminated()))) {
            malformed(lines.where(),
                      "lines of different length in sequence " + entry.name,
                      "rewrap it, e.g. with 'seqtk seq -l 60', or unwrap blank lines");
        }
        ended_ = ended_ || count == 0 || is_short;
        entry.length_bp += count;
    }

    /// Sequences without a base are left out, as samtools does.
    [[nodiscard]] std::vector<FastaEntry> take() {
        std::erase_if(entries_, [](const FastaEntry& entry) { return entry.length_bp == 0; });
        return std::move(entries_);
    }

  private:
    std::vector<FastaEntry> entries_;
    std::unordered_set<std::string> names_;
    bool ended_ = false;  ///< a short line was seen: only the last may be short
};

std::int64_t number(std::string_view text, const std::string& where) {
    std::int64_t value = -1;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value < 0) {
        malformed(where, "not a line of a .fai index", "delete it, it will be made anew");
    }
    return value;
}

}  // namespace

std::vector<FastaEntry> scan_fasta(const std::string& path, const std::string& gzi_path) {
    const BgzfPtr file(bgzf_open(path.c_str(), "r"));
    if (!file || (!gzi_path.empty() && bgzf_index_build_init(file.get()) != 0)) {
        throw Error(ErrorKind::kInput, with_errno("cannot open " + path, errno));
    }
    LineSource lines(file.get(), path);
    Scanner scanner;
    std::span<char> line;
    std::int64_t offset = 0;
    while (lines.next(line)) {
        const std::int64_t width = lines.consumed() - offset;
        offset = lines.consumed();
        const std::string_view text(line.data(), line.size());
        if (text.starts_with('>')) {
            scanner.header(text, lines.where(), offset);
        } else {
            scanner.bases(static_cast<std::int64_t>(text.size()), width, lines);
        }
    }
    if (!gzi_path.empty() && bgzf_index_dump(file.get(), gzi_path.c_str(), nullptr) != 0) {
        throw Error(ErrorKind::kOutput, with_errno("cannot write " + gzi_path, errno));
    }
    return scanner.take();
}

std::vector<FastaEntry> read_fai(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<FastaEntry> entries;
    std::string line;
    while (std::getline(file, line)) {
        const std::string where = path + ":" + std::to_string(entries.size() + 1);
        std::array<std::string_view, 5> fields;
        std::string_view rest = line;
        for (auto& field : fields) {
            field = rest.substr(0, rest.find('\t'));
            rest.remove_prefix(std::min(rest.size(), field.size() + 1));
        }
        FastaEntry entry{std::string(fields[0]),
                         number(fields[1], where),
                         number(fields[2], where),
                         number(fields[3], where),
                         number(fields[4], where)};
        if (entry.name.empty() || entry.line_width < entry.line_bases ||
            (entry.length_bp > 0 && entry.line_bases == 0)) {
            malformed(where, "not a line of a .fai index", "delete it, it will be made anew");
        }
        entries.push_back(std::move(entry));
    }
    if (file.bad() || entries.empty()) {
        malformed(path, "the index is empty or cannot be read", "delete it, it will be made anew");
    }
    return entries;
}

std::vector<BlockStart> read_gzi(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const auto number_at = [&](std::size_t offset) {
        std::uint64_t value = 0;  // little-endian
        for (std::size_t i = 8; i-- > 0;) {
            value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
        }
        return value;
    };
    const std::size_t count = bytes.size() / 16;
    bool is_good = bytes.size() >= 8 && bytes.size() % 16 == 8 && number_at(0) == count;
    std::vector<BlockStart> blocks(1);
    for (std::size_t i = 0; is_good && i < count; ++i) {
        blocks.push_back({number_at(8 + 16 * i), number_at(16 + 16 * i)});
        is_good = blocks[i].packed < blocks[i + 1].packed &&
                  blocks[i].unpacked <= blocks[i + 1].unpacked &&
                  blocks[i + 1].packed < std::uint64_t{1} << 48;
    }
    if (!is_good) {
        malformed(path, "not a .gzi index, or cut", "delete it, it will be made anew");
    }
    return blocks;
}

void write_fai(const std::string& path, const std::vector<FastaEntry>& entries) {
    std::ofstream file(path, std::ios::binary);
    for (const FastaEntry& entry : entries) {
        file << entry.name << '\t' << entry.length_bp << '\t' << entry.offset << '\t'
             << entry.line_bases << '\t' << entry.line_width << '\n';
    }
    file.close();
    if (!file) {
        throw Error(ErrorKind::kOutput, with_errno("cannot write " + path, errno));
    }
}

}  // namespace varhush::io
