#include "reporter_student.hpp"

#include "optimizer.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace varhush::train {

namespace {

constexpr std::size_t kKeptBack = 20;  // one window in so many judges
constexpr std::int64_t kReportSteps = 500;
constexpr double kClip = 5;
constexpr std::array<std::int64_t, 2> kOverWords{0, 2};

at::Tensor turned(const at::Tensor& bases) {
    return bases.flip({1, 2});
}

// Features of every word, mean of both strands: [windows, channels, words].
at::Tensor features(const ReporterStudent& student, const at::Tensor& bases) {
    const auto one = [&](at::Tensor x) {
        for (std::size_t layer = 0; layer < student.weights.size(); ++layer) {
            x = at::conv1d(x, student.weights[layer], student.biases[layer]).relu();
        }
        return x;
    };
    return (one(bases) + one(turned(bases)).flip({2})) / 2;
}

at::Tensor tracks(const ReporterStudent& student, const at::Tensor& bases) {
    return at::conv1d(features(student, bases), student.head.unsqueeze(2));
}

// The teacher's tracks of all windows and their bases.
struct Lessons {
    at::Tensor codes;   ///< [windows, bases], bytes
    at::Tensor labels;  ///< [windows, tasks, words], standardised
    at::Tensor means, deviations;

    [[nodiscard]] at::Tensor bases(const at::Tensor& rows) const {
        const at::Tensor letters = at::arange(4, at::kByte).view({1, 4, 1});
        return codes.index_select(0, rows).unsqueeze(1).eq(letters).to(at::kFloat);
    }
};

Lessons make_lessons(const LabelledSequence& sequence,
                     const std::vector<std::int64_t>& windows,
                     const models::ReporterNetwork& teacher,
                     std::int64_t size,
                     core::WorkerPool& pool) {
    const auto count = static_cast<std::int64_t>(windows.size());
    const auto tasks = static_cast<std::int64_t>(teacher.tasks());
    const std::int64_t words = size - teacher.config().word_bp() + 1;
    Lessons lessons;
    lessons.codes = at::empty({count, size}, at::kByte);
    lessons.labels = at::empty({count, words, tasks});
    pool.run(count, [&](std::int64_t w, int) {
        const auto codes =
            std::span(sequence.codes)
                .subspan(static_cast<std::size_t>(windows[static_cast<std::size_t>(w)]),
                         static_cast<std::size_t>(size));
        std::copy(codes.begin(), codes.end(), lessons.codes.data_ptr<std::uint8_t>() + w * size);
        const auto track = teacher.track(codes);
        std::transform(track.begin(),
                       track.end(),
                       lessons.labels.data_ptr<float>() + w * words * tasks,
                       [](double value) { return static_cast<float>(value); });
    });
    lessons.labels = lessons.labels.transpose(1, 2).contiguous();
    lessons.means = lessons.labels.mean(at::IntArrayRef(kOverWords), true);
    lessons.labels -= lessons.means;
    lessons.deviations = lessons.labels.square().mean(at::IntArrayRef(kOverWords), true).sqrt_();
    lessons.labels /= lessons.deviations;
    return lessons;
}

ReporterStudent random_student(const ReporterStudentRecipe& recipe,
                               std::int64_t tasks,
                               Random& random) {
    const auto draw = [&](std::vector<std::int64_t> shape, double inputs) {
        at::Tensor tensor = at::empty(shape);
        const double spread = std::sqrt(6 / inputs);  // He et al. 2015 (ICCV), uniform
        float* values = tensor.data_ptr<float>();
        for (std::int64_t i = 0; i < tensor.numel(); ++i) {
            values[i] = static_cast<float>((2 * random.uniform() - 1) * spread);
        }
        return tensor.requires_grad_();
    };
    ReporterStudent student;
    std::int64_t inputs = 4;
    for (const int taps : recipe.kernel_sizes) {
        // Of four letters one is there.
        const double seen =
            static_cast<double>(taps) * (inputs == 4 ? 1.0 : static_cast<double>(inputs));
        student.weights.push_back(draw({recipe.channels, inputs, taps}, seen));
        student.biases.push_back(at::zeros({recipe.channels}).requires_grad_());
        inputs = recipe.channels;
    }
    student.head = draw({tasks, inputs}, 6 * static_cast<double>(inputs));
    return student;
}

NamedTensors parameters(const ReporterStudent& student) {
    NamedTensors all{{"head", student.head}};
    for (std::size_t layer = 0; layer < student.weights.size(); ++layer) {
        const std::string name = "conv." + std::to_string(layer);
        all.emplace_back(name + ".weight", student.weights[layer]);
        all.emplace_back(name + ".bias", student.biases[layer]);
    }
    return all;
}

// Mean over the tasks of Pearson's r on the windows kept back.
double agreement(const ReporterStudent& student, const Lessons& lessons, const at::Tensor& rows) {
    const at::NoGradGuard no_gradient;
    const at::Tensor found =
        tracks(student, lessons.bases(rows)).transpose(0, 1).flatten(1).to(at::kDouble);
    const at::Tensor wanted =
        lessons.labels.index_select(0, rows).transpose(0, 1).flatten(1).to(at::kDouble);
    const at::Tensor x = found - found.mean(1, true);
    const at::Tensor y = wanted - wanted.mean(1, true);
    return ((x * y).sum(1) / (x.square().sum(1) * y.square().sum(1)).sqrt()).mean().item<double>();
}

// The bases' one-hot code has no constant part, so the teacher's means go nowhere: a student's
// tracks are differences from them.
void finish(ReporterStudent& student, const Lessons& lessons, const at::Tensor& rows) {
    const at::NoGradGuard no_gradient;
    student.agreement = agreement(student, lessons, rows);
    student.feature_means = features(student, lessons.bases(rows))
                                .mean(at::IntArrayRef(kOverWords))
                                .to(at::kDouble)
                                .contiguous();
    student.head = (student.head * lessons.deviations.view({-1, 1})).contiguous();
    for (auto* list : {&student.weights, &student.biases}) {
        for (at::Tensor& tensor : *list) {
            tensor = tensor.detach().contiguous();
        }
    }
    student.head = student.head.detach();
}

}  // namespace

ReporterStudent train_student(const LabelledSequence& sequence,
                              const std::vector<std::int64_t>& windows,
                              const models::ReporterNetwork& teacher,
                              const ReporterTrainingConfig& config,
                              core::WorkerPool& pool,
                              const std::function<bool()>& stop) {
    const ReporterStudentRecipe& recipe = config.student;
    const Lessons lessons = make_lessons(sequence, windows, teacher, recipe.window_bp, pool);
    Random random(config.seed);
    ReporterStudent student =
        random_student(recipe, static_cast<std::int64_t>(teacher.tasks()), random);
    at::Tensor offset =
        at::zeros({1, static_cast<std::int64_t>(teacher.tasks()), 1}).requires_grad_();
    auto trained = parameters(student);
    trained.emplace_back("offset", offset);
    AdamW optimizer(trained, 0);
    const auto count = static_cast<std::int64_t>(windows.size());
    const std::int64_t kept =
        std::max<std::int64_t>(1, count / static_cast<std::int64_t>(kKeptBack));
    const at::Tensor judges = at::arange(kept, at::kLong);
    double loss_sum = 0;
    for (std::int64_t step = 1; step <= recipe.steps; ++step) {
        if (stop()) {
            return {};
        }
        at::Tensor rows = at::empty({recipe.batch}, at::kLong);
        for (std::int64_t i = 0; i < recipe.batch; ++i) {
            rows.data_ptr<std::int64_t>()[i] = kept + random.below(count - kept);
        }
        const at::Tensor wanted = lessons.labels.index_select(0, rows);
        const at::Tensor loss =
            (tracks(student, lessons.bases(rows)) + offset - wanted).square().mean();
        loss.backward();
        optimizer.step(
            learning_rate_at(recipe.learning_rate, step, 200, recipe.steps), kClip, step);
        loss_sum += loss.item<double>();
        if (step % kReportSteps == 0) {
            char line[96];
            std::snprintf(line,
                          sizeof line,
                          "student: step %lld, loss %.4f, agreement %.4f",
                          static_cast<long long>(step),
                          loss_sum / static_cast<double>(kReportSteps),
                          agreement(student, lessons, judges));
            core::log(core::LogLevel::kInfo, line);
            loss_sum = 0;
        }
    }
    finish(student, lessons, judges);
    return student;
}

at::Tensor student_sums(const ReporterStudent& student,
                        const std::vector<std::span<const std::uint8_t>>& sequences) {
    constexpr std::size_t kTogether = 512;
    const at::NoGradGuard no_gradient;
    const at::Tensor letters = at::arange(4, at::kByte).view({1, 4, 1});
    std::vector<at::Tensor> sums;
    for (std::size_t start = 0; start < sequences.size();) {
        std::size_t end = start;
        while (end < sequences.size() && end < start + kTogether &&
               sequences[end].size() == sequences[start].size()) {
            ++end;
        }
        const auto length = static_cast<std::int64_t>(sequences[start].size());
        at::Tensor codes = at::empty({static_cast<std::int64_t>(end - start), length}, at::kByte);
        std::uint8_t* row = codes.data_ptr<std::uint8_t>();
        for (std::size_t i = start; i < end; ++i, row += length) {
            std::copy(sequences[i].begin(), sequences[i].end(), row);
        }
        sums.push_back(features(student, codes.unsqueeze(1).eq(letters).to(at::kFloat))
                           .to(at::kDouble)
                           .sum(2));
        start = end;
    }
    return at::cat(sums);
}

void append_student(const ReporterStudent& student,
                    const std::vector<double>& head,
                    double bias,
                    std::vector<nn::NamedTensor>& tensors) {
    const auto add = [&](const std::string& name, const at::Tensor& tensor) {
        const at::Tensor values = tensor.contiguous();
        tensors.push_back({name,
                           values.sizes().vec(),
                           {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()}});
    };
    const auto channels = static_cast<std::int64_t>(head.size());
    for (std::size_t layer = 0; layer < student.weights.size(); ++layer) {
        const std::string index = std::to_string(layer);
        add("model.0.conv." + index + ".weight", student.weights[layer]);
        add("model.0.conv." + index + ".bias", student.biases[layer]);
        add("model.0.bn." + index + ".weight", at::ones({channels}));
        add("model.0.bn." + index + ".bias", at::zeros({channels}));
        add("model.0.bn." + index + ".running_mean", at::zeros({channels}));
        add("model.0.bn." + index + ".running_var", at::ones({channels}));
    }
    tensors.push_back({"model.0.head.weight", {1, channels, 1}, {head.begin(), head.end()}});
    tensors.push_back({"model.0.head.bias", {1}, {static_cast<float>(bias)}});
}

}  // namespace varhush::train
