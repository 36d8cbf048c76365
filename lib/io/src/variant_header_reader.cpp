#include "varhush/core/log.hpp"
#include "variant_source.hpp"

#include <algorithm>
#include <unordered_set>

namespace varhush::io {

namespace {

[[noreturn]] void bad_header(const std::string& name, const std::string& what) {
    throw Error(ErrorKind::kInput, name + ": " + what);
}

std::string collect_header(LineSource& lines) {
    std::string text;
    std::span<char> line;
    while (lines.next(line)) {
        const std::string_view view(line.data(), line.size());
        if (view.empty()) {
            continue;
        }
        if (view.find('\0') != std::string_view::npos) {
            bad_header(lines.where(), "the header line holds a NUL byte");
        }
        if (view[0] != '#') {
            bad_header(lines.where(),
                       "a record before the #CHROM line: the header is not complete");
        }
        text += view;
        text += '\n';
        if (view.starts_with("#CHROM")) {
            if (lines.unterminated()) {
                bad_header(lines.where(), "the file is cut in the #CHROM line (no line end)");
            }
            return text;
        }
        if (view.size() < 2 || view[1] != '#') {
            bad_header(lines.where(), "neither a ## line nor the #CHROM line");
        }
    }
    bad_header(lines.name(), "the header is cut: there is no #CHROM line");
}

void check_samples(const std::string& text, const std::string& name) {
    const std::size_t start = text.rfind("#CHROM");
    constexpr std::string_view kFixed = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";
    const std::string_view line = std::string_view(text).substr(start, text.size() - start - 1);
    if (!line.starts_with(kFixed)) {
        bad_header(name, "the #CHROM line does not hold the eight fixed column names in order");
    }
    std::string_view rest = line.substr(kFixed.size());
    if (!rest.empty() && !(rest == "\tFORMAT" || rest.starts_with("\tFORMAT\t"))) {
        bad_header(name, "the #CHROM line has columns behind INFO that do not start with FORMAT");
    }
    std::unordered_set<std::string_view> seen;
    rest.remove_prefix(std::min<std::size_t>(rest.size(), 7));
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::string_view sample = rest.substr(0, rest.find('\t'));
        if (sample.empty() || !seen.insert(sample).second) {
            bad_header(name, "the sample '" + std::string(sample) + "' is there twice or unnamed");
        }
        rest.remove_prefix(sample.size());
    }
}

/// HTSlib drops meta lines that it cannot parse; say so, once for each line.
void warn_of_dropped_lines(const std::string& text, bcf_hdr_t* header, const std::string& name) {
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = text.find('\n', start);
        const std::string line = text.substr(start, end - start);
        start = end + 1;
        if (line.starts_with("#CHROM")) {
            return;
        }
        int length = 0;
        bcf_hrec_t* parsed = bcf_hdr_parse_line(header, line.c_str(), &length);
        if (parsed == nullptr) {
            core::log(core::LogLevel::kWarning,
                      name + ": malformed header line is left out: " + line.substr(0, 200));
        } else {
            bcf_hrec_destroy(parsed);
        }
    }
}

/// A contig that has no header line but is in the index belongs to the header (HTSlib does the
/// same): so the output says what is in it.
void add_contigs_of_index(bcf_hdr_t* header, const std::string& path) {
    if (path == "-") {
        return;
    }
    const TabixPtr index(tbx_index_load3(path.c_str(), nullptr, HTS_IDX_SILENT_FAIL));
    if (!index) {
        return;
    }
    int count = 0;
    const std::unique_ptr<const char*, Call<std::free>> names(tbx_seqnames(index.get(), &count));
    for (int i = 0; i < count; ++i) {
        const std::string name = names.get()[i];
        if (bcf_hdr_name2id(header, name.c_str()) >= 0) {
            continue;
        }
        if (bcf_hdr_append(header, ("##contig=<ID=" + name + ">").c_str()) != 0 ||
            bcf_hdr_sync(header) != 0) {
            bad_header(path, "the contig '" + name + "' of its index cannot be used");
        }
    }
}

VcfHeaderPtr read_text_header(LineSource& lines, const char* path) {
    std::string text = collect_header(lines);
    check_samples(text, lines.name());
    VcfHeaderPtr header(bcf_hdr_init("r"));
    if (!header || bcf_hdr_parse(header.get(), text.data()) != 0) {
        bad_header(lines.name(), "the VCF header cannot be parsed");
    }
    warn_of_dropped_lines(text, header.get(), lines.name());
    add_contigs_of_index(header.get(), path);
    return header;
}

}  // namespace

VcfHeaderPtr read_variant_header(htsFile* file, LineSource* lines, const std::string& name) {
    const htsFormat* format = hts_get_format(file);
    if (format->format == vcf) {
        return read_text_header(*lines, file->fn);
    }
    if (format->format == bcf) {
        VcfHeaderPtr header(bcf_hdr_read(file));
        if (!header) {
            bad_header(name, "the BCF header is damaged or cut");
        }
        return header;
    }
    if (format->format == empty_format) {
        throw Error(ErrorKind::kInput,
                    name + " is empty",
                    "a VCF without variants still has a header; did the step before fail?");
    }
    const CharPtr description(hts_format_description(format));
    throw Error(ErrorKind::kInput,
                name + " is not a VCF or BCF (it looks like: " + description.get() + ")",
                "a VCF starts with ##fileformat=VCF; compress it with bgzip, not with bzip2 or xz");
}

}  // namespace varhush::io
