#include "parity_tensor.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <utility>

namespace varhush::models {
namespace {

template <class T>
std::vector<double> widen_values(std::span<const std::byte> bytes) {
    std::vector<double> values(bytes.size() / sizeof(T));
    for (std::size_t i = 0; i < values.size(); ++i) {
        T value{};
        std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
        values[i] = static_cast<double>(value);
    }
    return values;
}

double excess(double difference, double allowed) {
    if (std::isfinite(difference) && allowed > 0) {
        return difference / allowed;
    }
    return std::numeric_limits<double>::infinity();
}

std::string number(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.7g", value);
    return text.data();
}

}  // namespace

ParityTensor read_parity_tensor(const nn::SafeTensors::Entry& entry,
                                const std::string& name,
                                const std::string& file) {
    if (entry.dtype == "F32") {
        return {entry.shape, widen_values<float>(entry.bytes)};
    }
    if (entry.dtype == "F64") {
        return {entry.shape, widen_values<double>(entry.bytes)};
    }
    if (entry.dtype == "I32") {
        return {entry.shape, widen_values<std::int32_t>(entry.bytes)};
    }
    if (entry.dtype == "U8" || entry.dtype == "BOOL") {
        return {entry.shape, widen_values<std::uint8_t>(entry.bytes)};
    }
    throw Error(ErrorKind::kInput,
                file + ": \"" + name + "\" has the type " + entry.dtype,
                "fixtures hold F32, F64, I32, U8 and BOOL");
}

void Tally::add(double expected, double found, std::int64_t where, double noise) {
    ++values_;
    const double allowed = allowance_.absolute + allowance_.relative * std::abs(expected) + noise;
    const double difference = std::abs(found - expected);
    if (difference == 0) {
        return;
    }
    const double ratio = excess(difference, allowed);
    worst_ = std::max(worst_, ratio);
    if (ratio > 1 && ++wrong_ == 1) {
        what_ = "element " + std::to_string(where) + " is " + number(found) + ", expected " +
                number(expected) + " (allowed " + number(allowed) + ")";
    }
}

void Tally::add_statistic(const char* statistic, double expected, double found, double allowed) {
    const double difference = std::abs(found - expected);
    if (difference <= allowed) {
        return;
    }
    ++wrong_;
    worst_ = std::max(worst_, excess(difference, allowed));
    if (what_.empty()) {
        what_ = std::string("its ") + statistic + " is " + number(found) + ", expected " +
                number(expected) + " (allowed " + number(allowed) + ")";
    }
}

void Tally::fail(std::string why) {
    ++wrong_;
    worst_ = std::numeric_limits<double>::infinity();
    what_ = std::move(why);
}

std::string Tally::text() const {
    return what_ + (wrong_ > 1 ? "; " + std::to_string(wrong_) + " of " + std::to_string(values_) +
                                     " values differ"
                               : "");
}

void enter(ParityReport& report, const std::string& name, const Tally& tally) {
    ++report.activations;
    report.values += tally.values();
    if (tally.worst() > report.worst_ratio || report.worst.empty()) {
        report.worst_ratio = tally.worst();
        report.worst = name;
    }
    if (tally.wrong() > 0 && ++report.misses == 1) {
        report.first_miss = name;
        report.miss_text = tally.text();
    }
}

Statistics statistics(std::span<const float> values, double repeat) {
    Statistics out;
    const double count = static_cast<double>(values.size()) * repeat;
    if (values.empty()) {
        return out;
    }
    out.smallest = values[0];
    out.largest = values[0];
    double sum = 0;
    for (const float value : values) {
        sum += value;
        out.magnitudes += repeat * std::abs(value);
        out.smallest = std::min<double>(out.smallest, value);
        out.largest = std::max<double>(out.largest, value);
    }
    out.mean = sum * repeat / count;
    double squares = 0;
    for (const float value : values) {
        squares += (value - out.mean) * (value - out.mean);
    }
    out.deviation = count > 1 ? std::sqrt(squares * repeat / (count - 1)) : 0;
    return out;
}

double sample_deviation(const std::vector<double>& values) {
    if (values.size() < 2) {
        return 0;
    }
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    const double mean = sum / static_cast<double>(values.size());
    double squares = 0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

}  // namespace varhush::models
