#include "varhush/io/alignment_reader.hpp"

#include "hts.hpp"
#include "sam_text.hpp"
#include "thread_pool_impl.hpp"

#include <htslib/cram.h>
#include <htslib/sam.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

namespace varhush::io {

namespace {

using SamRecordPtr = std::unique_ptr<bam1_t, Call<bam_destroy1>>;

// Answers of HTSlib.
constexpr int kNoSeeking = 2;        // hts_check_EOF: the end cannot be looked at
constexpr int kWithoutEndBlock = 2;  // cram_eof

constexpr int kPlaceFields = SAM_QNAME | SAM_FLAG | SAM_RNAME | SAM_POS | SAM_MAPQ | SAM_CIGAR |
                             SAM_RNEXT | SAM_PNEXT | SAM_TLEN;

/// The two letters of each byte of a packed SEQ (SAM specification, section 4.2.3).
constexpr auto kBasePairs = [] {
    constexpr std::string_view kLetters = "=ACMGRSVTWYHKDBN";
    std::array<std::array<char, 2>, 256> pairs{};
    for (std::size_t byte = 0; byte < pairs.size(); ++byte) {
        pairs[byte] = {kLetters[byte >> 4U], kLetters[byte & 15U]};
    }
    return pairs;
}();

void check_kind(htsFile* file, const std::string& name) {
    const htsFormat* format = hts_get_format(file);
    if (format->format == empty_format) {
        throw Error(ErrorKind::kInput, name + " is empty");
    }
    if (format->format != sam && format->format != bam && format->format != cram) {
        const CharPtr text(hts_format_description(format));
        throw Error(ErrorKind::kInput,
                    name + " is not a BAM, CRAM or SAM (it looks like: " + text.get() + ")");
    }
    if ((format->compression == bgzf || format->format == cram) && hts_check_EOF(file) == 0) {
        throw Error(ErrorKind::kInput,
                    name + " is cut: its end-of-file block is missing",
                    "copy or make the file again");
    }
}

/// Half a line of text may have lost its tags, and with them its sample.
void check_last_line(htsFile* file, const std::string& path) {
    const htsFormat* format = hts_get_format(file);
    std::error_code error;
    const bool is_text = format->compression == no_compression && format->format == sam;
    if (!is_text || !std::filesystem::is_regular_file(path, error)) {
        return;  // what is piped is looked at line by line
    }
    std::ifstream text(path, std::ios::binary);
    if (text.seekg(-1, std::ios::end) && text.get() != '\n') {
        fail_for_cut_line(path);
    }
}

}  // namespace

struct AlignmentReader::Impl {
    Impl(const AlignmentReaderOptions& wanted, const ThreadPool& pool);

    void configure_cram();
    bool load_index();
    void go_to(const seq::Region& region);
    int read();
    void check_record() const;
    void copy_to(Alignment& out) const;
    void copy_bases(Alignment& out) const;
    [[noreturn]] void fail_to_read() const;
    void check_end() const;
    [[nodiscard]] std::string where() const;

    AlignmentReaderOptions options;
    std::string name;
    HtsFilePtr file;
    SamHeaderPtr header;
    SamRecordPtr record{bam_init1()};
    IndexPtr index;
    IteratorPtr iterator;
    std::vector<Contig> contigs;
    std::optional<SamText> sam_text;  ///< of a SAM
    bool has_groups = false;          ///< some that are wanted; looking for a tag costs
    std::int64_t count = 0;
};

AlignmentReader::Impl::Impl(const AlignmentReaderOptions& wanted, const ThreadPool& pool)
    : options(wanted), name(display_name(wanted.path)), file(open_for_reading(wanted.path)) {
    check_kind(file.get(), name);
    check_last_line(file.get(), wanted.path);
    if (hts_get_format(file.get())->format == cram) {
        configure_cram();
    }
    if (hts_get_format(file.get())->format == sam) {
        sam_text.emplace(file.get(), name);
        header = sam_text->read_header();
    } else {
        header.reset(sam_hdr_read(file.get()));
        // Not before: of a cut header on a pipe HTSlib would wait for a thread that has ended. And
        // with threads it forgets whether the end of a CRAM was its end block.
        if (hts_get_format(file.get())->format != cram || hts_check_EOF(file.get()) != kNoSeeking) {
            attach(pool, file.get());
        }
    }
    if (!header || !record) {
        throw Error(ErrorKind::kInput, name + ": the header is missing, damaged or cut");
    }
    for (int i = 0; i < sam_hdr_nref(header.get()); ++i) {
        contigs.push_back({sam_hdr_tid2name(header.get(), i),
                           static_cast<std::int64_t>(sam_hdr_tid2len(header.get(), i))});
    }
    has_groups = options.read_groups && sam_hdr_count_lines(header.get(), "RG") > 0;
    if (options.region) {
        go_to(*options.region);
    }
}

void AlignmentReader::Impl::configure_cram() {
    // Without it HTSlib would ask a server for the reference.
    ::setenv("REF_PATH", "/nonexistent", 0);
    const int fields = kPlaceFields | (options.bases ? SAM_SEQ | SAM_QUAL : 0) |
                       (options.haplotypes ? SAM_AUX : 0) |
                       (options.read_groups ? SAM_AUX | SAM_RGAUX : 0);
    if (hts_set_opt(file.get(), CRAM_OPT_REQUIRED_FIELDS, fields) != 0 ||
        hts_set_opt(file.get(), CRAM_OPT_DECODE_MD, 0) != 0) {
        throw Error(ErrorKind::kInput, name + ": cannot set up CRAM decoding");
    }
    const std::string& reference = options.reference;
    if (!reference.empty() && hts_set_fai_filename(file.get(), reference.c_str()) != 0) {
        throw Error(ErrorKind::kInput, "cannot use " + reference + " as the reference of " + name);
    }
}

bool AlignmentReader::Impl::load_index() {
    const std::string& path = options.path;
    if (!index && path != "-") {
        index.reset(sam_index_load3(file.get(), path.c_str(), nullptr, HTS_IDX_SILENT_FAIL));
    }
    return index != nullptr;
}

void AlignmentReader::Impl::go_to(const seq::Region& region) {
    const std::string& path = options.path;
    if (path == "-") {
        throw Error(ErrorKind::kUsage, "a region needs an index, and standard input has none");
    }
    const int id = sam_hdr_name2tid(header.get(), region.contig.c_str());
    if (id < 0) {
        throw Error(ErrorKind::kInput,
                    name + " has no contig '" + region.contig + "'",
                    contigs.empty() ? "" : "its first contig is '" + contigs.front().name + "'");
    }
    if (!load_index()) {
        throw Error(ErrorKind::kInput,
                    "a region needs an index, and " + path +
                        " has none (.bai, .csi or .crai) that can be read",
                    "samtools index " + path);
    }
    const hts_pos_t end = std::min<hts_pos_t>(region.end, HTS_POS_MAX);
    iterator.reset(sam_itr_queryi(index.get(), id, region.start, end));
    if (sam_text && file->bam_header == nullptr) {  // what sam_hdr_read would have left for it
        sam_hdr_incr_ref(header.get());
        file->bam_header = header.get();
    }
    if (!iterator) {
        throw Error(ErrorKind::kInput, name + ": cannot use the index", "samtools index " + path);
    }
}

std::string AlignmentReader::Impl::where() const {
    return name + ", read " + std::to_string(count);
}

int AlignmentReader::Impl::read() {
    if (iterator) {
        return sam_itr_next(file.get(), iterator.get(), record.get());
    }
    return sam_text ? sam_text->next(header.get(), record.get())
                    : sam_read1(file.get(), header.get(), record.get());
}

void AlignmentReader::Impl::check_record() const {
    const bam1_core_t& core = record->core;
    if (core.tid < 0 && sam_text && !iterator) {
        const std::string_view contig = sam_text->reference_name();
        if (!contig.empty() && contig != "*") {
            throw Error(
                ErrorKind::kInput,
                where() + ": the contig '" + std::string(contig) + "' is not in the header");
        }
    }
    if (core.pos < -1) {
        throw Error(ErrorKind::kInput, where() + ": negative position");
    }
}

void AlignmentReader::Impl::copy_to(Alignment& out) const {
    const bam1_core_t& core = record->core;
    out.name = bam_get_qname(record.get());
    out.flags = core.flag;
    if (core.tid < 0) {
        out.contig = "*";
    } else if (out.contig_id != core.tid || out.contig.empty()) {
        out.contig = contigs[static_cast<std::size_t>(core.tid)].name;
    }
    out.contig_id = core.tid;
    out.mate_contig_id = core.mtid;
    out.start = core.pos;
    out.mapping_quality = core.qual;
    out.mate_start = core.mpos;
    out.template_length = core.isize;
    out.cigar.clear();
    std::int64_t end = core.pos;
    const std::uint32_t* cigar = bam_get_cigar(record.get());
    for (std::uint32_t i = 0; i < core.n_cigar; ++i) {
        const char op = bam_cigar_opchr(cigar[i]);
        if (op == '?' || op == 'B') {
            throw Error(ErrorKind::kInput, where() + ": unknown CIGAR operation");
        }
        const auto length = static_cast<std::int64_t>(bam_cigar_oplen(cigar[i]));
        out.cigar.push_back({op, length});
        end += (bam_cigar_type(bam_cigar_op(cigar[i])) & 2) != 0 ? length : 0;
    }
    out.end = end;
    if (options.bases) {
        copy_bases(out);
    }
    if (options.haplotypes) {
        const std::uint8_t* haplotype = bam_aux_get(record.get(), "HP");
        out.haplotype = haplotype == nullptr ? 0 : static_cast<int>(bam_aux2i(haplotype));
    }
    if (has_groups) {
        const std::uint8_t* group = bam_aux_get(record.get(), "RG");
        const char* text = group == nullptr ? nullptr : bam_aux2Z(group);
        out.read_group = text == nullptr ? "" : text;
    } else {
        out.read_group.clear();  // it may come from another file
    }
}

void AlignmentReader::Impl::copy_bases(Alignment& out) const {
    const auto length = static_cast<std::size_t>(record->core.l_qseq);
    const std::uint8_t* packed = bam_get_seq(record.get());
    out.bases.resize(length);
    for (std::size_t i = 0; i + 1 < length; i += 2) {
        std::memcpy(&out.bases[i], kBasePairs[packed[i / 2]].data(), 2);
    }
    if (length % 2 == 1) {
        out.bases.back() = kBasePairs[packed[length / 2]].front();
    }
    const std::uint8_t* qualities = bam_get_qual(record.get());
    out.qualities.clear();
    if (length > 0 && qualities[0] != 0xff) {
        out.qualities.assign(qualities, qualities + length);
    }
}

void AlignmentReader::Impl::fail_to_read() const {
    const bool is_cram = hts_get_format(file.get())->format == cram;
    if (is_cram && options.bases && options.reference.empty()) {
        throw Error(ErrorKind::kInput,
                    where() + ": cannot be decoded, and no reference was given",
                    "the bases of a CRAM need the FASTA it was written with (--fasta-ref)");
    }
    throw Error(ErrorKind::kInput,
                where() + ": damaged or cut",
                is_cram && options.bases ? "or is " + options.reference + " another reference?"
                                         : std::string());
}

void AlignmentReader::Impl::check_end() const {
    // Of a file the end was looked at when it was opened, of a pipe it is here.
    const BGZF* stream = hts_get_bgzfp(file.get());
    const bool is_cram = hts_get_format(file.get())->format == cram;
    if ((stream != nullptr && stream->no_eof_block != 0) ||
        (is_cram && !iterator && cram_eof(file->fp.cram) == kWithoutEndBlock)) {
        throw Error(ErrorKind::kInput, name + " is cut: its end-of-file block is missing");
    }
}

AlignmentReader::AlignmentReader(const AlignmentReaderOptions& options, const ThreadPool& pool)
    : impl_(std::make_unique<Impl>(options, pool)) {}
AlignmentReader::~AlignmentReader() = default;
AlignmentReader::AlignmentReader(AlignmentReader&&) noexcept = default;
AlignmentReader& AlignmentReader::operator=(AlignmentReader&&) noexcept = default;

const std::vector<AlignmentReader::Contig>& AlignmentReader::contigs() const {
    return impl_->contigs;
}

const std::string& AlignmentReader::name() const {
    return impl_->name;
}

std::vector<AlignmentReader::ReadGroup> AlignmentReader::read_groups() const {
    std::vector<ReadGroup> groups;
    sam_hdr_t* header = impl_->header.get();
    const int count = sam_hdr_count_lines(header, "RG");
    for (int i = 0; i < count; ++i) {
        const char* id = sam_hdr_line_name(header, "RG", i);
        if (id == nullptr) {
            continue;
        }
        KString sample;
        const bool has_sample =
            sam_hdr_find_tag_pos(header, "RG", i, "SM", &sample) == 0 && sample.l > 0;
        groups.push_back({id, has_sample ? std::string(sample.s, sample.l) : std::string()});
    }
    return groups;
}

bool AlignmentReader::load_index() {
    return impl_->load_index();
}

void AlignmentReader::go_to(const seq::Region& region) {
    impl_->go_to(region);
}

bool AlignmentReader::next(Alignment& alignment) {
    const int result = impl_->read();
    if (result == -1) {
        impl_->check_end();
        return false;
    }
    ++impl_->count;
    if (result < -1) {
        impl_->fail_to_read();
    }
    impl_->check_record();
    impl_->copy_to(alignment);
    return true;
}

std::uint16_t parse_sam_flags(const std::string& text) {
    const int flags = text.empty() ? -1 : bam_str2flag(text.c_str());
    if (flags < 0 || flags > 0xffff) {
        throw Error(ErrorKind::kUsage,
                    "not SAM flags: " + text,
                    "a number such as 1796 or 0x704, or names such as UNMAP,DUP");
    }
    return static_cast<std::uint16_t>(flags);
}

}  // namespace varhush::io
