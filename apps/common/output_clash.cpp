#include "apps/common/output_clash.hpp"

#include "varhush/core/error.hpp"

#include <filesystem>
#include <initializer_list>
#include <string_view>

namespace varhush::apps {

namespace {

namespace fs = std::filesystem;

// One name under which a file of the run may be on the disk.
struct Name {
    const NamedFile* file;
    std::string path;
    fs::path resolved;
};

bool is_exempt(const std::string& path) {
    return path.empty() || path == "-" || path.starts_with("/dev/");
}

// absolute() first: weakly_canonical() leaves "out.vcf" relative while nothing of it exists.
fs::path resolve(const fs::path& path) {
    std::error_code error;
    const fs::path absolute = fs::absolute(path, error);
    fs::path resolved = fs::weakly_canonical(error ? path : absolute, error);
    return error ? path.lexically_normal() : resolved;
}

void add_names(std::vector<Name>& names,
               const NamedFile& file,
               std::initializer_list<const char*> suffixes) {
    if (is_exempt(file.path)) {
        return;
    }
    names.push_back({&file, file.path, resolve(file.path)});
    const std::string target = names.back().resolved;  // .part lies beside a link's target
    for (const char* suffix : suffixes) {
        names.push_back({&file, file.path + suffix, resolve(file.path + suffix)});
        names.push_back({&file, target + suffix, resolve(target + suffix)});
    }
}

std::vector<Name> names_of_input(const NamedFile& file) {
    std::vector<Name> names;
    add_names(names, file, {".tbi", ".csi", ".fai", ".gzi", ".bai", ".crai"});
    if (!names.empty()) {  // reads.bai of reads.bam
        const std::string index = fs::path(file.path).replace_extension(".bai");
        names.push_back({&file, index, resolve(index)});
    }
    return names;
}

std::vector<Name> names_of_output(const NamedFile& file) {
    std::vector<Name> names;
    add_names(names, file, {".part", ".tbi", ".csi", ".tbi.part", ".csi.part"});
    return names;
}

bool same_file(const Name& a, const Name& b) {
    std::error_code ignored;
    return a.resolved == b.resolved || fs::equivalent(a.resolved, b.resolved, ignored);
}

std::string described(const Name& name) {
    const std::string text = name.file->role + " " + name.path;
    return name.path == name.file->path ? text : text + " (beside " + name.file->path + ")";
}

void compare(const std::vector<Name>& output, const std::vector<Name>& other) {
    for (const Name& a : output) {
        for (const Name& b : other) {
            if (same_file(a, b)) {
                throw Error(ErrorKind::kUsage,
                            described(a) + " and " + described(b) + " are the same file",
                            "nothing was written: give the output another name");
            }
        }
    }
}

}  // namespace

void reject_output_clashes(const std::vector<NamedFile>& inputs,
                           const std::vector<NamedFile>& outputs) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const std::vector<Name> output = names_of_output(outputs[i]);
        for (const NamedFile& input : inputs) {
            compare(output, names_of_input(input));
        }
        for (std::size_t j = i + 1; j < outputs.size(); ++j) {
            if (outputs[i].path == "-" && outputs[j].path == "-") {
                throw Error(
                    ErrorKind::kUsage,
                    outputs[i].role + " and " + outputs[j].role + " are both standard output",
                    "give one of them a file");
            }
            compare(output, names_of_output(outputs[j]));
        }
    }
}

}  // namespace varhush::apps
