// Fuzzes the reader of calibration tables. Bytes are either refused as a bad model file, or every
// question to the table has an answer in range. Checksums would keep a fuzzer out, so they are put
// right first where the first byte says so.

#include "tests/fuzz/fuzz_input.hpp"
#include "varhush/core/error.hpp"
#include "varhush/nn/safetensors.hpp"
#include "varhush/nn/sha256.hpp"
#include "varhush/scoring/calibration_table.hpp"

#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace {

using varhush::Error;
using varhush::ErrorKind;
using varhush::nn::SafeTensors;
using varhush::scoring::AlleleClass;
using varhush::scoring::CalibrationTable;

std::string digest(std::span<const std::byte> bytes) {
    varhush::nn::Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

// The same file with checksums of what it holds.
std::string with_checksums(const SafeTensors& file) {
    auto metadata = file.metadata();
    const std::string& text = metadata["varhush.calibration"];
    metadata["varhush.calibration_sha256"] = digest(std::as_bytes(std::span(text)));
    std::vector<varhush::nn::TensorShape> shapes;
    std::string data;
    for (const auto& [name, entry] : file.entries()) {
        shapes.push_back({name, entry.shape, entry.dtype});
        data.append(reinterpret_cast<const char*>(entry.bytes.data()), entry.bytes.size());
    }
    metadata["varhush.data_sha256"] = digest(std::as_bytes(std::span(data)));
    return varhush::nn::safetensors_header(shapes, metadata) + data;
}

bool is_rank(double rank) {
    return rank >= 0 && rank <= CalibrationTable::kLargestRank;
}

void use(const CalibrationTable& table) {
    for (std::size_t i = 0; i < table.series().size(); ++i) {
        VARHUSH_INVARIANT(table.find(table.series()[i].name) == i);
        for (const auto kind :
             {AlleleClass::kSubstitution, AlleleClass::kInsertion, AlleleClass::kDeletion}) {
            double last = 0;
            for (const double value : {0.0, 1e-6, 0.02, 0.5, 1.0, 40.0, 1e30}) {
                const auto rank = table.size_rank(i, kind, value);
                VARHUSH_INVARIANT(!rank || (is_rank(*rank) && *rank >= last));
                last = rank.value_or(0);
                const auto quantile = table.quantile_score(i, kind, -value);
                VARHUSH_INVARIANT(!quantile || is_rank(*quantile) || is_rank(-*quantile));
            }
            VARHUSH_INVARIANT(is_rank(table.highest_rank(kind)));
        }
    }
    if (table.profile()) {
        const auto features = varhush::scoring::profile_features("ACGTTGCAACGGGTA");
        const double rank = table.profile()->rank(*features);
        VARHUSH_INVARIANT(rank >= 0 && rank <= 1);
    }
    const std::string bytes = table.to_bytes();
    const auto again = CalibrationTable::from_file(
        SafeTensors::from_memory(std::as_bytes(std::span(bytes)), "again"));
    VARHUSH_INVARIANT(again.to_bytes() == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    // Aligned as a mapped file is.
    std::vector<std::byte> bytes(size - 1);
    if (size > 1) {
        std::memcpy(bytes.data(), data + 1, size - 1);
    }
    try {
        const auto file = SafeTensors::from_memory(bytes, "fuzz");
        if (data[0] % 4 == 0) {
            use(CalibrationTable::from_file(file));
        } else {
            const std::string repaired = with_checksums(file);
            use(CalibrationTable::from_file(
                SafeTensors::from_memory(std::as_bytes(std::span(repaired)), "fuzz")));
        }
    } catch (const Error& error) {
        VARHUSH_INVARIANT(error.kind() == ErrorKind::kModel ||
                          error.kind() == ErrorKind::kInternal);  // text that is not UTF-8
    }
    return 0;
}
