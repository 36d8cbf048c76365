#include "varhush/core/error.hpp"
#include "varhush/io/variant_writer.hpp"

#include <algorithm>
#include <cctype>

namespace varhush::io {

namespace {

struct Suffix {
    const char* text;
    VariantFormat format;
};
constexpr Suffix kSuffixes[] = {{".vcf", VariantFormat::kVcf},
                                {".vcf.gz", VariantFormat::kVcfGz},
                                {".vcf.bgz", VariantFormat::kVcfGz},
                                {".bcf", VariantFormat::kBcf}};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

const Suffix* suffix_of(const std::string& path) {
    const std::string name = lower(path);
    for (const Suffix& suffix : kSuffixes) {
        if (name.ends_with(suffix.text)) {
            return &suffix;
        }
    }
    return nullptr;
}

struct Type {
    VariantFormat format = VariantFormat::kVcf;
    int level = -1;
};

Type parse_type(const std::string& text) {
    const auto unknown = [&] {
        return Error(ErrorKind::kUsage,
                     "unknown output type -O " + text,
                     "v: VCF, z: VCF.gz, b: BCF, u: BCF without compression; z and b take a level "
                     "0-9, e.g. -O z1");
    };
    Type type;
    switch (text.empty() ? '\0' : text[0]) {
        case 'v':
            type.format = VariantFormat::kVcf;
            break;
        case 'z':
            type.format = VariantFormat::kVcfGz;
            break;
        case 'b':
            type.format = VariantFormat::kBcf;
            break;
        case 'u':
            type.format = VariantFormat::kBcfUncompressed;
            break;
        default:
            throw unknown();
    }
    const bool has_level = text.size() > 1;
    const bool takes_level = text[0] == 'z' || text[0] == 'b';
    if (text.size() > 2 || (has_level && (!takes_level || text[1] < '0' || text[1] > '9'))) {
        throw unknown();
    }
    if (has_level) {
        type.level = text[1] - '0';
    }
    return type;
}

bool same_kind(VariantFormat a, VariantFormat b) {
    const auto plain = [](VariantFormat f) {
        return f == VariantFormat::kBcfUncompressed ? VariantFormat::kBcf : f;
    };
    return plain(a) == plain(b);
}

IndexKind parse_index(const std::string& text, const VariantWriterOptions& options) {
    const bool compressed =
        options.format == VariantFormat::kVcfGz || options.format == VariantFormat::kBcf;
    if (options.path == "-" || !compressed) {
        throw Error(ErrorKind::kUsage,
                    "-W cannot index " +
                        std::string(options.path == "-" ? "standard output" : "this output type"),
                    "write a compressed file: -o out.vcf.gz or -o out.bcf");
    }
    if (text.empty() || text == "csi") {
        return IndexKind::kCsi;
    }
    if (text != "tbi") {
        throw Error(ErrorKind::kUsage, "unknown index type -W=" + text, "tbi or csi");
    }
    if (options.format != VariantFormat::kVcfGz) {
        throw Error(
            ErrorKind::kUsage, "a BCF cannot have a tbi index", "use -W=csi, or write .vcf.gz");
    }
    return IndexKind::kTbi;
}

}  // namespace

VariantWriterOptions choose_output(const std::string& path,
                                   const std::optional<std::string>& output_type,
                                   const std::optional<std::string>& write_index) {
    VariantWriterOptions options;
    options.path = path;
    const Suffix* suffix = path == "-" ? nullptr : suffix_of(path);
    if (output_type) {
        const Type type = parse_type(*output_type);
        if (suffix != nullptr && !same_kind(type.format, suffix->format)) {
            throw Error(ErrorKind::kUsage,
                        "-O " + *output_type + " and the suffix " + suffix->text + " of " + path +
                            " are in conflict",
                        "drop -O, or name the output accordingly");
        }
        options.format = type.format;
        options.compression_level = type.level;
    } else if (suffix != nullptr) {
        options.format = suffix->format;
    }
    if (write_index) {
        options.index = parse_index(*write_index, options);
    }
    return options;
}

}  // namespace varhush::io
