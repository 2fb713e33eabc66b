// Reads an array that another program shared as a std::span: nothing is copied, everything is released.
//
//     ./span TICKET
//
// Handles are std::unique_ptr, and a call that fails throws.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>

#include <wharf.h>

namespace {

struct Failure : std::runtime_error {
    explicit Failure(int status)
        : std::runtime_error(std::string(wharf_error_name(status)) + ": " + wharf_error_message()) {}
};

void check(int status)
{
    if (status != WHARF_OK)
        throw Failure(status);
}

struct Close {
    void operator()(wharf_fabric *fabric) const { wharf_fabric_close(fabric); }
    void operator()(wharf_view *view) const { wharf_view_release(view); }
};

using Fabric = std::unique_ptr<wharf_fabric, Close>;
using View = std::unique_ptr<wharf_view, Close>;

Fabric open_fabric()
{
    wharf_fabric *fabric;
    check(wharf_fabric_open(nullptr, &fabric));
    return Fabric(fabric);
}

View resolve(const Fabric &fabric, const std::string &text, std::chrono::nanoseconds timeout)
{
    wharf_ticket ticket;
    wharf_view *view;
    check(wharf_ticket_from_text(text.c_str(), &ticket));
    check(wharf_fabric_resolve(fabric.get(), &ticket, timeout.count(), &view));
    return View(view);
}

// The elements, where they lie: valid for as long as the view is.
std::span<const double> doubles(const View &view)
{
    wharf_array array;
    const void *data;
    std::size_t size;
    check(wharf_view_array(view.get(), &array));
    if (array.element != WHARF_FLOAT64)
        throw std::runtime_error("the elements of this array are no doubles");
    check(wharf_view_data(view.get(), &data, &size));
    return {static_cast<const double *>(data), size / sizeof(double)};
}

} // namespace

int main(int argc, char **argv)
try {
    using namespace std::chrono_literals;
    if (argc != 2) {
        std::cerr << "usage: " << argv[0] << " TICKET\n";
        return 2;
    }
    const Fabric fabric = open_fabric();
    const View view = resolve(fabric, argv[1], 5s);
    const std::span numbers = doubles(view);

    std::cout << numbers.size() << " numbers";
    if (!numbers.empty()) {
        const auto [least, most] = std::ranges::minmax(numbers);
        const double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
        std::cout << " from " << least << " to " << most << ", mean " << sum / double(numbers.size());
    }
    std::cout << '\n';
} catch (const std::exception &error) {
    std::cerr << error.what() << '\n';
    return 1;
}
