#include "varhush/train/reporter_training.hpp"

#include "reporter_fit.hpp"
#include "reporter_words.hpp"
#include "varhush/core/correlation.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/jaspar_reader.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/models/word_counts.hpp"
#include "varhush/nn/safetensors.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace varhush::train {

namespace {

using Json = nlohmann::ordered_json;

std::string decimals(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", value);
    return text;
}

// Weights in a file of their own, with the settings they came from.
class Parts {
  public:
    explicit Parts(std::string folder) : folder_(std::move(folder)) {
        if (!folder_.empty()) {
            std::filesystem::create_directories(folder_);
        }
    }

    [[nodiscard]] std::vector<at::Tensor> find(const std::string& name,
                                               const std::string& settings) const {
        if (folder_.empty() || !std::filesystem::exists(path(name))) {
            return {};
        }
        const auto file = nn::SafeTensors::open(path(name));
        const auto stated = file.metadata().find("settings");
        if (stated == file.metadata().end() || stated->second != settings) {
            throw Error(ErrorKind::kResume,
                        path(name) + ": made with other settings or data",
                        "remove it, or name another folder");
        }
        std::vector<at::Tensor> tensors;
        for (std::size_t i = 0; i < file.entries().size(); ++i) {
            const auto& shape = file.entries().at(std::to_string(i)).shape;
            const auto values = file.read_f32(std::to_string(i), shape);
            tensors.push_back(at::empty(shape));
            std::copy(values.begin(), values.end(), tensors.back().data_ptr<float>());
        }
        core::log(core::LogLevel::kInfo, path(name) + " is there already");
        return tensors;
    }
    void keep(const std::string& name,
              const std::string& settings,
              const std::vector<at::Tensor>& tensors) const {
        if (folder_.empty()) {
            return;
        }
        std::vector<nn::NamedTensor> named;
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const at::Tensor values = tensors[i].to(at::kFloat).contiguous();
            named.push_back(
                {std::to_string(i),
                 values.sizes().vec(),
                 {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()}});
        }
        nn::write_safetensors(path(name), named, {{"settings", settings}});
    }

  private:
    [[nodiscard]] std::string path(const std::string& name) const {
        return (std::filesystem::path(folder_) / (name + ".safetensors")).string();
    }
    std::string folder_;
};

// The part of a name before "::", in capitals: FOS::JUN counts as FOS.
std::string factor_of(const std::string& motif) {
    std::string name = motif.substr(0, motif.find("::"));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return name;
}

struct Motifs {
    std::string names;
    std::vector<float> log_odds;
    std::vector<bool> is_activator;
};

Motifs read_motifs(const ReporterTrainingConfig& config) {
    std::set<std::string> missing(config.activators.begin(), config.activators.end());
    const std::set<std::string> wanted = missing;
    Motifs motifs;
    for (const auto& matrix : io::read_jaspar(config.path_of(config.motifs))) {
        const auto values = models::motif_log_odds(matrix.counts);
        motifs.log_odds.insert(motifs.log_odds.end(), values.begin(), values.end());
        std::string name = matrix.name;
        std::replace(name.begin(), name.end(), ',', '_');
        motifs.names += (motifs.names.empty() ? "" : ",") + name;
        motifs.is_activator.push_back(wanted.contains(factor_of(matrix.name)));
        missing.erase(factor_of(matrix.name));
    }
    if (!missing.empty()) {
        throw Error(ErrorKind::kInput,
                    config.motifs + ": no motif of the activator " + *missing.begin());
    }
    return motifs;
}

std::string shared_settings(const ReporterTrainingConfig& config,
                            const LabelledSequence& sequence) {
    std::ostringstream text;
    text << sequence.contig << ' ' << sequence.codes.size() << " held out " << config.held_out.start
         << '-' << config.held_out.end << " seed " << config.seed;
    std::uint64_t labels = 1469598103934665603U;  // FNV-1a
    for (const auto& bins : sequence.bins) {
        for (const std::int64_t bin : bins) {
            labels = (labels ^ static_cast<std::uint64_t>(bin)) * 1099511628211U;
        }
    }
    text << " labels " << labels;
    return text.str();
}

at::Tensor word_heads(const LabelledSequence& sequence,
                      const ReporterTrainingConfig& config,
                      const SharedWords& shared,
                      const Parts& parts) {
    const std::string settings =
        shared_settings(config, sequence) + " lambda " + std::to_string(config.word_lambda);
    if (const auto found = parts.find("words", settings); !found.empty()) {
        return found[0];
    }
    Random random(config.seed);
    const BinChoice choice = choose_bins(sequence, config.held_out, shared, random);
    core::log(core::LogLevel::kInfo,
              std::to_string(choice.positives) + " bins with a label of " +
                  std::to_string(sequence.tracks.size()) + " tracks, " +
                  std::to_string(choice.bins.size() - choice.positives) + " without, " +
                  std::to_string(choice.leaked) + " left out for words they share with elements");
    const at::Tensor heads = fit_word_heads(sequence, choice, config.word_lambda);
    parts.keep("words", settings, {heads});
    return heads;
}

ReporterStudent student_of(const LabelledSequence& sequence,
                           const ReporterTrainingConfig& config,
                           const models::ReporterNetwork& teacher,
                           const SharedWords& shared,
                           const Parts& parts,
                           core::WorkerPool& pool,
                           const std::function<bool()>& stop) {
    const ReporterStudentRecipe& recipe = config.student;
    std::ostringstream settings;
    settings << shared_settings(config, sequence) << " teacher " << teacher.identity().sha256
             << " channels " << recipe.channels << " kernels " << Json(recipe.kernel_sizes)
             << " windows " << recipe.windows << " of " << recipe.window_bp << " batch "
             << recipe.batch << " steps " << recipe.steps << " rate " << recipe.learning_rate;
    const std::size_t layers = recipe.kernel_sizes.size();
    if (const auto found = parts.find("student", settings.str()); found.size() == 2 * layers + 3) {
        ReporterStudent student;
        for (std::size_t layer = 0; layer < layers; ++layer) {
            student.weights.push_back(found[2 * layer]);
            student.biases.push_back(found[2 * layer + 1]);
        }
        student.head = found[2 * layers];
        student.feature_means = found[2 * layers + 1].to(at::kDouble);
        student.agreement = found[2 * layers + 2].item<double>();
        return student;
    }
    Random random(config.seed + 1);
    std::size_t leaked = 0;
    const auto windows = choose_windows(sequence, config, shared, random, leaked);
    core::log(core::LogLevel::kInfo,
              std::to_string(windows.size()) + " windows for the student, " +
                  std::to_string(leaked) + " left out for words they share with elements");
    ReporterStudent student = train_student(sequence, windows, teacher, config, pool, stop);
    if (!student.weights.empty()) {
        std::vector<at::Tensor> tensors;
        for (std::size_t layer = 0; layer < layers; ++layer) {
            tensors.push_back(student.weights[layer]);
            tensors.push_back(student.biases[layer]);
        }
        tensors.insert(tensors.end(),
                       {student.head, student.feature_means, at::full({1}, student.agreement)});
        parts.keep("student", settings.str(), tensors);
    }
    return student;
}

void write_model(const ReporterTrainingConfig& config,
                 const std::string& output,
                 const Motifs& motifs,
                 const ReporterStudent& student,
                 const ReporterFit& fit) {
    const auto floats = [](const std::vector<double>& values) {
        return std::vector<float>(values.begin(), values.end());
    };
    const auto count = static_cast<std::int64_t>(motifs.is_activator.size());
    std::vector<nn::NamedTensor> tensors{
        {"motif.log_odds", {count, 4, models::MotifBank::kMotifColumns}, motifs.log_odds},
        {"motif.activator", {count}, floats(fit.activators)},
        {"motif.weight", {count}, floats(fit.motifs)},
        {"words.gapped.weight",
         {static_cast<std::int64_t>(models::kGappedWords)},
         floats(fit.gapped)},
        {"words.four.weight",
         {static_cast<std::int64_t>(models::kFourMers)},
         floats(fit.four_mers)}};
    double mean = 0;
    for (std::size_t c = 0; c < fit.network.size(); ++c) {
        mean += fit.network[c] * student.feature_means[static_cast<std::int64_t>(c)].item<double>();
    }
    append_student(student, fit.network, -mean, tensors);
    auto metadata = config.metadata;
    const models::ReporterMixConfig standard;
    metadata["varhush.architecture"] = "reporter-mix";
    metadata["input_order"] = "ACGT";
    metadata["motif_names"] = motifs.names;
    metadata["occupancy_slope"] = std::to_string(standard.occupancy_slope);
    metadata["occupancy_threshold"] = std::to_string(standard.occupancy_threshold);
    metadata["gain_factor"] = std::to_string(config.mix.gain_factor);
    metadata["batchnorm_eps"] = "1e-12";
    nn::write_safetensors(output, tensors, metadata);
}

// What was written says the same as what was fitted.
void check_written(const std::string& output,
                   const ElementData& data,
                   const ReporterFit& fit,
                   core::WorkerPool& pool) {
    const models::ReporterMix mix(nn::SafeTensors::open(output));
    std::vector<models::MixQuery> queries;
    for (const ElementVariant& variant : data.variants) {
        queries.push_back(variant.query);
    }
    const auto scores = mix.scores(queries, nn::Team(pool));
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (!(std::fabs(scores[i].total() - fit.final[i]) < 1e-3)) {
            throw Error(ErrorKind::kInternal,
                        output + ": variant " + std::to_string(i) + " scores " +
                            std::to_string(scores[i].total()) + ", fitted " +
                            std::to_string(fit.final[i]));
        }
    }
}

Json judged(const ElementData& data,
            std::size_t element,
            bool deletions,
            const std::vector<double>& scores) {
    const auto rows = data.rows_of(element, deletions);
    std::vector<double> x;
    std::vector<double> y;
    for (const std::size_t row : rows) {
        x.push_back(scores[row]);
        y.push_back(data.variants[row].measured.effect_log2);
    }
    Json json{{"variants", rows.size()}};
    if (rows.size() >= 3) {
        json["pearson"] = core::pearson_correlation(x, y);
        json["spearman"] = core::spearman_correlation(x, y);
    }
    return json;
}

Json report_of(const ElementData& data, const ReporterFit& fit, bool test) {
    Json elements = Json::object();
    std::map<std::string, std::vector<double>> by_split;
    for (std::size_t e = 0; e < data.names.size(); ++e) {
        if (data.splits[e] == "test" && !test) {
            continue;
        }
        Json one{{"split", data.splits[e]},
                 {"substitutions", judged(data, e, false, fit.held_out)}};
        one["deletions"] = judged(data, e, true, fit.held_out);
        if (one["substitutions"].contains("pearson")) {
            by_split[data.splits[e]].push_back(one["substitutions"]["pearson"].get<double>());
        }
        elements[data.names[e]] = one;
    }
    const auto mean = [](const std::vector<double>& values) {
        double sum = 0;
        for (const double value : values) {
            sum += value;
        }
        return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
    };
    auto development = by_split["train"];
    development.insert(development.end(), by_split["valid"].begin(), by_split["valid"].end());
    Json json{{"train_left_out", mean(by_split["train"])},
              {"valid", mean(by_split["valid"])},
              {"development", mean(development)}};
    if (test) {
        json["test"] = mean(by_split["test"]);
    }
    json["elements"] = elements;
    return json;
}

void write_report(const std::string& path, const Json& json) {
    std::ofstream file(path);
    file << json.dump(2) << '\n';
    file.close();
    if (!file) {
        throw Error(ErrorKind::kOutput, path + ": cannot be written");
    }
}

// The table that `calibrate --measured` reads; the scores as --report judges them.
std::string held_out_table(const ElementData& data, const ReporterFit& fit, bool test) {
    std::string text =
        "element\tsplit\toffset\tref\talt\tlog2_effect\tp_value\tpass\tprimary\tscore\n";
    for (std::size_t i = 0; i < data.variants.size(); ++i) {
        const io::EffectRow& row = data.variants[i].measured;
        if (row.split == "test" && !test) {
            continue;
        }
        char numbers[120];
        std::snprintf(numbers, sizeof numbers, "%.5f\t", row.effect_log2);
        text.append(row.element).append("\t").append(row.split).append("\t");
        text.append(std::to_string(row.position + 1)).append("\t").append(row.ref).append("\t");
        text.append(row.alt.empty() ? "-" : row.alt).append("\t").append(numbers);
        if (row.p_value) {
            std::snprintf(numbers, sizeof numbers, "%.3g", *row.p_value);
        }
        text.append(row.p_value ? numbers : "NA");
        std::snprintf(numbers, sizeof numbers, "\t1\t1\t%.6f\n", fit.held_out[i]);
        text += numbers;
    }
    return text;
}

}  // namespace

bool train_reporter(const ReporterTrainingConfig& config,
                    const ReporterTrainingOptions& options,
                    const std::function<bool()>& stop) {
    at::set_num_threads(options.threads);
    core::WorkerPool pool(options.threads);
    const Parts parts(options.parts);
    const models::ReporterNetwork teacher(nn::SafeTensors::open(config.path_of(config.teacher)));
    const Motifs motifs = read_motifs(config);
    const ElementData data = read_elements(config);
    const LabelledSequence sequence = read_labelled_sequence(config);
    const at::Tensor heads = word_heads(sequence, config, data.words, parts);
    if (stop()) {
        return false;
    }
    const ReporterStudent student =
        student_of(sequence, config, teacher, data.words, parts, pool, stop);
    if (student.weights.empty()) {
        return false;
    }
    core::log(core::LogLevel::kInfo,
              "student agrees with the teacher's tracks: " + decimals(student.agreement));
    std::int64_t word_bp = 1;
    for (const int size : config.student.kernel_sizes) {
        word_bp += size - 1;
    }
    const models::ReporterMixConfig standard;
    const models::MotifBank bank(
        motifs.log_odds, standard.occupancy_slope, standard.occupancy_threshold);
    const auto columns = mix_columns(data, bank, heads, student, word_bp, pool);
    const auto fit =
        fit_reporter_mix(data, columns, motifs.is_activator, heads, student, config.mix);
    write_model(config, options.output, motifs, student, fit);
    check_written(options.output, data, fit, pool);
    const Json report = report_of(data, fit, options.report_test);
    core::log(core::LogLevel::kInfo,
              "mean Pearson in elements: train left out " +
                  decimals(report["train_left_out"].get<double>()) + ", valid " +
                  decimals(report["valid"].get<double>()) + ", both " +
                  decimals(report["development"].get<double>()) +
                  (options.report_test ? ", test " + decimals(report["test"].get<double>()) : ""));
    if (!options.report.empty()) {
        write_report(options.report, report);
    }
    if (!options.held_out.empty()) {
        io::OutputFile table(options.held_out);
        table.write(held_out_table(data, fit, options.report_test));
        table.close();
    }
    return true;
}

}  // namespace varhush::train
