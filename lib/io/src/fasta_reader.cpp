#include "varhush/io/fasta_reader.hpp"

#include "fasta_index.hpp"
#include "part_file.hpp"
#include "varhush/core/log.hpp"
#include "varhush/seq/alphabet.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace varhush::io {

namespace {

constexpr std::int64_t kChunkBases = 1 << 16;
constexpr std::size_t kCachedChunks = 64;  // 4 MiB: a few windows of 10 kb and what lies round them

/// A folder that is removed with what is in it.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "varhush-fai-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw Error(ErrorKind::kOutput, with_errno("cannot make a temporary folder", errno));
        }
        path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

bool exists(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0;
}

bool is_newer(const std::string& path, const std::string& than) {
    struct stat a {};
    struct stat b {};
    return ::stat(path.c_str(), &a) != 0 || ::stat(than.c_str(), &b) != 0 ||
           std::pair(a.st_mtim.tv_sec, a.st_mtim.tv_nsec) >
               std::pair(b.st_mtim.tv_sec, b.st_mtim.tv_nsec);
}

/// A bgzipped file that was cut between two blocks reads well and is only shorter.
void check_end(const std::string& path) {
    const BgzfPtr file(bgzf_open(path.c_str(), "r"));
    if (!file) {
        throw Error(ErrorKind::kInput, with_errno("cannot open " + path, errno));
    }
    if (bgzf_check_EOF(file.get()) == 0) {
        throw Error(ErrorKind::kInput,
                    path + " is cut: the BGZF end-of-file block is missing",
                    "copy or make the file again; if an index was made of the cut file, delete " +
                        path + ".fai and " + path + ".gzi");
    }
}

/// Looks at the file and says whether it is bgzipped.
bool check_kind(const std::string& path) {
    const HtsFilePtr file = open_for_reading(path);
    const htsFormat* format = hts_get_format(file.get());
    if (format->format == empty_format) {
        throw Error(ErrorKind::kInput, path + " is empty");
    }
    if (format->compression == gzip) {
        throw Error(ErrorKind::kInput,
                    path + " is compressed with gzip, which cannot be read at random",
                    "gunzip -c " + path + " | bgzip > new.fa.gz");
    }
    if (format->compression != bgzf && format->compression != no_compression) {
        const CharPtr text(hts_format_description(format));
        throw Error(ErrorKind::kInput,
                    path + " is not a FASTA (it looks like: " + text.get() + ")",
                    "give it uncompressed or compressed with bgzip");
    }
    if (format->compression == bgzf) {
        check_end(path);
    }
    return format->compression == bgzf;
}

}  // namespace

struct FastaReader::Impl {
    explicit Impl(const std::string& path);

    void load_or_make_index(bool compressed);
    void scan_into(const std::string& fai, const std::string& gzi, bool compressed);
    void use_index(const std::string& fai, const std::string& gzi);
    bool use_fitting_index(const std::string& fai, const std::string& gzi);
    [[nodiscard]] bool gap_fits(const FastaEntry* before, const FastaEntry* after);
    [[nodiscard]] bool index_fits(const std::string& fai);
    void go_to(std::int64_t offset, std::string& scratch);
    void read_raw(std::int64_t offset, std::int64_t bytes, std::string& out);
    const std::string& chunk(std::size_t contig, std::int64_t number);
    std::string load_chunk(const FastaEntry& entry, std::int64_t number);

    std::string path;
    BgzfPtr file;
    std::vector<BlockStart> blocks;  ///< empty for an uncompressed file
    std::vector<FastaEntry> entries;
    std::vector<Contig> contigs;
    std::unordered_map<std::string, std::size_t> by_name;

    struct Cached {
        std::size_t contig;
        std::int64_t number;
        std::string bases;
    };
    std::mutex mutex;         ///< over file and cache
    std::list<Cached> cache;  ///< last used first
};

FastaReader::Impl::Impl(const std::string& fasta_path) : path(fasta_path) {
    if (path == "-") {
        throw Error(ErrorKind::kUsage, "a FASTA is read at random and cannot be standard input");
    }
    load_or_make_index(check_kind(path));
    for (const FastaEntry& entry : entries) {
        if (!by_name.emplace(entry.name, contigs.size()).second) {
            throw Error(ErrorKind::kInput,
                        path + ".fai: the sequence name " + entry.name + " is there twice");
        }
        contigs.push_back({entry.name, entry.length_bp});
    }
}

void FastaReader::Impl::use_index(const std::string& fai, const std::string& gzi) {
    file.reset(bgzf_open(path.c_str(), "r"));
    if (!file) {
        throw Error(ErrorKind::kInput, with_errno("cannot open " + path, errno));
    }
    blocks.clear();
    if (!gzi.empty()) {
        blocks = read_gzi(gzi);
    }
    entries = read_fai(fai);
}

/// Builds the indices under their final names, which appear only when they are complete.
void FastaReader::Impl::scan_into(const std::string& fai, const std::string& gzi, bool compressed) {
    PartFile fai_part(fai);
    write_fai(fai_part.part(), {});  // a read-only folder is found out before the scan
    std::optional<PartFile> gzi_part;
    if (compressed) {
        gzi_part.emplace(gzi);
    }
    const auto found = scan_fasta(path, gzi_part ? gzi_part->part() : "");
    if (found.empty()) {
        throw Error(ErrorKind::kInput, path + " holds no sequence");
    }
    write_fai(fai_part.part(), found);
    if (gzi_part) {
        gzi_part->publish();
    }
    fai_part.publish();
}

bool FastaReader::Impl::use_fitting_index(const std::string& fai, const std::string& gzi) {
    std::string problem = fai + " does not fit the FASTA any more";
    try {
        use_index(fai, gzi);
        if (index_fits(fai)) {
            return true;
        }
    } catch (const Error& error) {
        problem = error.what();
    }
    core::log(core::LogLevel::kWarning, problem + "; indexing anew for this run only");
    return false;
}

void FastaReader::Impl::load_or_make_index(bool compressed) {
    const std::string fai = path + ".fai";
    const std::string gzi = path + ".gzi";
    const std::string used_gzi = compressed ? gzi : "";
    const bool is_there = exists(fai) && (!compressed || exists(gzi));
    if (is_there && use_fitting_index(fai, used_gzi)) {
        return;
    }
    if (!is_there) {
        try {
            scan_into(fai, gzi, compressed);
            use_index(fai, used_gzi);
            return;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::kOutput) {
                throw;
            }
            core::log(core::LogLevel::kDebug,
                      std::string(error.what()) + "; indexing in a temporary place");
        }
    }
    const TemporaryFolder temporary;
    scan_into(temporary.file("fai"), temporary.file("gzi"), compressed);
    use_index(temporary.file("fai"), compressed ? temporary.file("gzi") : "");
}

/// Like bgzf_useek, which ends the process when the .gzi does not fit the file.
void FastaReader::Impl::go_to(std::int64_t offset, std::string& scratch) {
    std::int64_t skip = 0;
    int result = 0;
    if (blocks.empty()) {
        result = bgzf_useek(file.get(), offset, SEEK_SET);
    } else {
        const auto after = std::upper_bound(
            blocks.begin(), blocks.end(), offset, [](std::int64_t wanted, const BlockStart& block) {
                return static_cast<std::uint64_t>(wanted) < block.unpacked;
            });
        const BlockStart& block = *std::prev(after);
        skip = offset - static_cast<std::int64_t>(block.unpacked);
        const auto place = static_cast<std::int64_t>(block.packed << 16);
        result = skip > BGZF_MAX_BLOCK_SIZE
                     ? -1
                     : static_cast<int>(bgzf_seek(file.get(), place, SEEK_SET));
    }
    scratch.resize(static_cast<std::size_t>(result == 0 ? skip : 0));
    if (result != 0 || bgzf_read(file.get(), scratch.data(), scratch.size()) != skip) {
        throw Error(ErrorKind::kInput,
                    path + ": cannot read at byte " + std::to_string(offset) +
                        "; the file is damaged or cut, or its indices are of another file",
                    "delete " + path + ".fai and " + path + ".gzi, they will be made anew");
    }
}

void FastaReader::Impl::read_raw(std::int64_t offset, std::int64_t bytes, std::string& out) {
    go_to(offset, out);
    out.resize(static_cast<std::size_t>(bytes));
    const ssize_t got = bgzf_read(file.get(), out.data(), out.size());
    if (got < 0) {
        throw Error(ErrorKind::kInput, path + ": the compressed file is damaged");
    }
    out.resize(static_cast<std::size_t>(got));
}

/// Whether the file between two sequences (none: its start or end) is as the index says: the last
/// base, its line end, nothing but headers without bases, and the whole name of `after`.
bool FastaReader::Impl::gap_fits(const FastaEntry* before, const FastaEntry* after) {
    constexpr std::int64_t kMostBytes = 1 << 20;
    const bool has_base = before != nullptr && before->length_bp > 0;
    const std::int64_t start = has_base            ? before->offset_of(before->length_bp - 1)
                               : before != nullptr ? before->offset
                                                   : 0;
    const std::int64_t bytes = after != nullptr ? after->offset - start : kMostBytes;
    if (bytes <= 0 || bytes > kMostBytes) {
        return false;
    }
    std::string text;
    read_raw(start, bytes, text);
    const auto is_base = [](char c) { return c > ' ' && c != '>'; };
    std::string_view rest = text;
    if (has_base) {
        if (rest.empty() || !is_base(rest[0]) || (rest.size() > 1 && rest[1] > ' ')) {
            return false;
        }
        rest.remove_prefix(1);
    }
    std::string_view name;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (line.starts_with('>')) {
            name = line.substr(1, line.find_first_of(" \t\r") - 1);
        } else if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
            return false;
        }
    }
    return after == nullptr || (static_cast<std::int64_t>(text.size()) == bytes &&
                                text.back() == '\n' && name == after->name);
}

/// An index of another version of the file would give wrong bases without a word. What lies between
/// the sequences tells: all of it when the file was written after its index, else up to 1000
/// places, the end of the file always.
bool FastaReader::Impl::index_fits(const std::string& fai) {
    constexpr std::size_t kLooks = 1000;
    const std::size_t step =
        is_newer(path, fai) ? 1 : std::max<std::size_t>(1, entries.size() / kLooks);
    std::vector<const FastaEntry*> in_file;
    for (const FastaEntry& entry : entries) {
        in_file.push_back(&entry);
    }
    std::sort(in_file.begin(), in_file.end(), [](const FastaEntry* a, const FastaEntry* b) {
        return a->offset < b->offset;
    });
    for (std::size_t i = 0; i < in_file.size(); i += step) {
        if (!gap_fits(i == 0 ? nullptr : in_file[i - 1], in_file[i])) {
            return false;
        }
    }
    return gap_fits(in_file.back(), nullptr);
}

std::string FastaReader::Impl::load_chunk(const FastaEntry& entry, std::int64_t number) {
    const std::int64_t start = number * kChunkBases;
    const std::int64_t end = std::min(entry.length_bp, start + kChunkBases);
    std::string raw;
    const std::int64_t from = entry.offset_of(start);
    read_raw(from, entry.offset_of(end - 1) + 1 - from, raw);
    static const auto kBases = [] {
        std::array<char, 256> table{};
        for (std::size_t code = 0; code < table.size(); ++code) {
            table[code] = seq::to_acgtn(static_cast<char>(code));
        }
        return table;
    }();
    std::string bases(raw.size(), 'N');
    std::size_t count = 0;
    for (const char c : raw) {
        bases[count] = kBases[static_cast<unsigned char>(c)];
        count += c > ' ' || c < 0 ? 1 : 0;  // line ends are written over
    }
    bases.resize(count);
    if (static_cast<std::int64_t>(bases.size()) != end - start) {
        throw Error(ErrorKind::kInput,
                    path + ": sequence " + entry.name +
                        " is not as long as the index says; is the file cut?",
                    "delete " + path + ".fai, it will be made anew");
    }
    return bases;
}

const std::string& FastaReader::Impl::chunk(std::size_t contig, std::int64_t number) {
    const auto found = std::find_if(cache.begin(), cache.end(), [&](const Cached& c) {
        return c.contig == contig && c.number == number;
    });
    if (found != cache.end()) {
        cache.splice(cache.begin(), cache, found);
        return cache.front().bases;
    }
    std::string bases = load_chunk(entries[contig], number);
    if (cache.size() >= kCachedChunks) {
        cache.pop_back();
    }
    cache.push_front({contig, number, std::move(bases)});
    return cache.front().bases;
}

FastaReader::FastaReader(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
FastaReader::~FastaReader() = default;
FastaReader::FastaReader(FastaReader&&) noexcept = default;
FastaReader& FastaReader::operator=(FastaReader&&) noexcept = default;

const std::vector<seq::ReferenceSource::Contig>& FastaReader::contigs() const {
    return impl_->contigs;
}

std::optional<std::int64_t> FastaReader::length_bp(std::string_view name) const {
    const auto found = impl_->by_name.find(std::string(name));
    return found == impl_->by_name.end()
               ? std::nullopt
               : std::optional<std::int64_t>(impl_->contigs[found->second].length_bp);
}

std::string FastaReader::fetch(std::string_view name, std::int64_t start, std::int64_t end) const {
    const auto found = impl_->by_name.find(std::string(name));
    if (found == impl_->by_name.end() || end < start) {
        throw Error(ErrorKind::kInternal,
                    "fetch of " + std::string(name) + " " + std::to_string(start) + "-" +
                        std::to_string(end) + " from " + impl_->path);
    }
    std::string result(static_cast<std::size_t>(end - start), 'N');
    const std::int64_t first = std::max<std::int64_t>(start, 0);
    const std::int64_t last = std::min(end, impl_->contigs[found->second].length_bp);
    const std::lock_guard lock(impl_->mutex);
    for (std::int64_t at = first; at < last;) {
        const std::int64_t number = at / kChunkBases;
        const std::int64_t stop = std::min(last, (number + 1) * kChunkBases);
        const std::string& bases = impl_->chunk(found->second, number);
        bases.copy(result.data() + (at - start),
                   static_cast<std::size_t>(stop - at),
                   static_cast<std::size_t>(at - number * kChunkBases));
        at = stop;
    }
    return result;
}

}  // namespace varhush::io
