#include "apps/common/sample_options.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstddef>

namespace varhush::apps {

namespace {

void add_name(const std::string& name, const std::string& option, SampleNames& out) {
    if (name.empty()) {
        throw Error(ErrorKind::kUsage, option + " has an empty name");
    }
    if (std::find(out.names.begin(), out.names.end(), name) == out.names.end()) {
        out.names.push_back(name);
    }
}

void read_list(const std::string& text, SampleNames& out) {
    for (std::size_t from = 0;;) {
        const std::size_t comma = text.find(',', from);
        add_name(text.substr(from, comma - from), "-s", out);
        if (comma == std::string::npos) {
            return;
        }
        from = comma + 1;
    }
}

void read_file(const std::string& path, SampleNames& out) {
    io::TextReader reader(path);
    std::string line;
    while (reader.next(line)) {
        const std::string name = line.substr(0, line.find_first_of("\t "));
        if (!line.empty()) {
            add_name(name, reader.where(), out);
        }
    }
    reader.refuse_cut_line();  // half a name may be another sample's
    if (out.names.empty()) {
        throw Error(ErrorKind::kUsage, path + " names no sample");
    }
}

}  // namespace

void add_sample_options(CLI::App& app, SampleOptions& options, const std::string& group) {
    // A shell variable that is not set must not mean all samples.
    const auto not_empty = [](const std::string& text) {
        return text.empty() ? std::string("names no sample") : std::string();
    };
    auto* samples =
        app.add_option("-s,--samples", options.samples, "Only these samples; ^ all but these")
            ->type_name("[^]NAME[,..]")
            ->check(not_empty)
            ->group(group);
    app.add_option("-S,--samples-file", options.samples_file, "The same, one a line of a file")
        ->type_name("[^]FILE")
        ->check(not_empty)
        ->excludes(samples)
        ->group(group);
}

void add_sample_file(const SampleOptions& options, std::vector<NamedFile>& inputs) {
    const std::string& list = options.samples_file;
    inputs.push_back({"-S", list.starts_with('^') ? list.substr(1) : list});
}

SampleNames sample_names(const SampleOptions& options) {
    SampleNames result;
    const std::string& wish = options.samples.empty() ? options.samples_file : options.samples;
    if (wish.empty()) {
        return result;
    }
    result.exclude = wish.front() == '^';
    const std::string what = result.exclude ? wish.substr(1) : wish;
    if (options.samples.empty()) {
        read_file(what, result);
    } else {
        read_list(what, result);
    }
    return result;
}

}  // namespace varhush::apps
