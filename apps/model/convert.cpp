#include "apps/common/output_clash.hpp"
#include "apps/model/tasks.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/models/alphagenome_convert.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/model_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace varhush::apps {

namespace {

/// Every line, ends made LF; `whole` refuses a last line without its end (a table may be cut).
std::string read_text(const std::string& path, bool whole) {
    io::TextReader reader(path);
    std::string text;
    for (std::string line; reader.next(line);) {
        text += line;
        text += '\n';
    }
    if (whole) {
        reader.refuse_cut_line();
    }
    return text;
}

/// One line, as output headers need it.
std::string joined_lines(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

std::vector<models::OutputType> heads_of(const std::vector<std::string>& names) {
    std::vector<models::OutputType> heads;
    for (const std::string& name : names) {
        const auto output = models::find_output_type(name);
        if (!output) {
            std::string known;
            for (const auto one : models::all_output_types()) {
                known += (known.empty() ? "" : ", ");
                known += models::output_key(one);
            }
            throw Error(
                ErrorKind::kUsage, "--heads: there is no output '" + name + "'", "known: " + known);
        }
        heads.push_back(*output);
    }
    return heads;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return text;
}

models::ConvertOptions conversion_options(const ModelOptions& options) {
    models::ConvertOptions wanted;
    wanted.name = options.name;
    wanted.pad_tracks = options.pad_tracks;
    wanted.dtype = options.dtype == "keep" ? "" : upper(options.dtype);
    wanted.heads = heads_of(options.heads);
    if (options.organism == "both") {
        wanted.organisms = {"human", "mouse"};
    } else if (!options.organism.empty()) {
        wanted.organisms = {options.organism};
    }
    if (!options.config.empty()) {
        wanted.config =
            models::AlphaGenomeConfig::from_json(read_text(options.config, false), options.config);
    }
    if (!options.tracks_human.empty()) {
        wanted.tracks[0] = {read_text(options.tracks_human, true), options.tracks_human};
    }
    if (!options.tracks_mouse.empty()) {
        wanted.tracks[1] = {read_text(options.tracks_mouse, true), options.tracks_mouse};
    }
    if (!options.terms_file.empty()) {
        wanted.terms = joined_lines(read_text(options.terms_file, false));
    } else if (!options.terms.empty()) {
        wanted.terms = joined_lines(options.terms);
    }
    return wanted;
}

}  // namespace

std::string convert_model(const ModelOptions& options) {
    const auto source = models::open_model(options.model);
    // A model given by its name lies in a folder of VARHUSH_MODELS: only now is its file known.
    reject_output_clashes({{"the input", source.name()}}, {{"-o", options.output}});
    const models::AlphaGenomeConversion conversion(source, conversion_options(options));
    for (const std::string& notice : conversion.notices()) {
        core::log(core::LogLevel::kWarning, notice);
    }
    io::OutputFile out(options.output);
    conversion.write([&](std::span<const std::byte> bytes) {
        out.write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    });
    out.close();
    // By path: "-o NAME" must not find another model of that name.
    const auto made = models::read_alphagenome(nn::SafeTensors::open(options.output));
    if (made.identity.terms == "not stated") {
        core::log(core::LogLevel::kWarning,
                  "the terms of these weights are not stated: give --terms or --terms-file");
    }
    if (options.json) {
        return info_text(made.file, true);
    }
    return options.output + ": " + made.identity.id + ", " +
           std::to_string(models::parameter_count(made.config)) + " parameters, " +
           size_text(made.file.size_bytes()) + ", SHA256 " + made.identity.sha256 + "\n";
}

}  // namespace varhush::apps
