// Fuzzes the safetensors reader: bytes are either refused as a bad model, or every tensor lies
// inside the data, fits its shape, overlaps no other, and reads as as many numbers as its shape
// says.

#include "tests/fuzz/fuzz_input.hpp"
#include "varhush/core/error.hpp"
#include "varhush/nn/safetensors.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace {

using varhush::Error;
using varhush::ErrorKind;
using varhush::nn::SafeTensors;

/// True when `call` succeeds, false when it ends in Error{kModel}; anything else ends the program.
template <class Call>
bool succeeds(Call call) {
    try {
        call();
        return true;
    } catch (const Error& error) {
        VARHUSH_INVARIANT(error.kind() == ErrorKind::kModel);
        return false;
    }
}

std::size_t item_count(const std::vector<std::int64_t>& shape) {
    std::size_t count = 1;
    for (const std::int64_t dimension : shape) {
        VARHUSH_INVARIANT(dimension >= 0);
        count *= static_cast<std::size_t>(dimension);
    }
    return count;
}

bool is_float(const std::string& dtype) {
    return dtype == "F32" || dtype == "F16" || dtype == "BF16";
}

void check_entry(const SafeTensors& file, const std::string& key, const SafeTensors::Entry& entry) {
    std::vector<float> values;
    const bool read = succeeds([&] { values = file.read_f32(key, entry.shape); });
    VARHUSH_INVARIANT(read == is_float(entry.dtype));
    if (read) {
        VARHUSH_INVARIANT(values.size() == item_count(entry.shape));
        VARHUSH_INVARIANT(entry.bytes.size() == values.size() * (entry.dtype == "F32" ? 4 : 2));
    }
    std::vector<std::int64_t> other = entry.shape;
    other.push_back(1);
    VARHUSH_INVARIANT(!succeeds([&] { (void)file.read_f32(key, other); }));
    VARHUSH_INVARIANT(!succeeds([&] { (void)file.read_f32(key + "x?", entry.shape); }) ||
                      file.entries().contains(key + "x?"));
}

void check_file(const SafeTensors& file, std::span<const std::byte> whole) {
    std::vector<std::pair<const std::byte*, const std::byte*>> places;
    std::vector<std::string> names;
    std::size_t total = 0;
    for (const auto& [key, entry] : file.entries()) {
        VARHUSH_INVARIANT(entry.bytes.data() >= whole.data());
        VARHUSH_INVARIANT(entry.bytes.data() + entry.bytes.size() <= whole.data() + whole.size());
        places.emplace_back(entry.bytes.data(), entry.bytes.data() + entry.bytes.size());
        total += entry.bytes.size();
        names.push_back(key);
        check_entry(file, key, entry);
    }
    std::sort(places.begin(), places.end());
    for (std::size_t i = 1; i < places.size(); ++i) {
        VARHUSH_INVARIANT(places[i - 1].second <= places[i].first);
    }
    VARHUSH_INVARIANT(total + 8 <= whole.size());
    VARHUSH_INVARIANT(succeeds([&] { file.check_no_leftovers(names); }));
    VARHUSH_INVARIANT(succeeds([&] { file.check_no_leftovers({}); }) == names.empty());
    VARHUSH_INVARIANT(file.sha256().size() == 64);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::byte> whole(reinterpret_cast<const std::byte*>(data), size);
    const bool accepted =
        succeeds([&] { check_file(SafeTensors::from_memory(whole, "fuzz"), whole); });
    // A file that is one byte longer or shorter is never the same file.
    if (accepted) {
        std::vector<std::byte> longer(whole.begin(), whole.end());
        longer.push_back(std::byte{0});
        VARHUSH_INVARIANT(!succeeds([&] { (void)SafeTensors::from_memory(longer, "fuzz"); }));
        longer.resize(size - 1);
        VARHUSH_INVARIANT(!succeeds([&] { (void)SafeTensors::from_memory(longer, "fuzz"); }));
    }
    return 0;
}
