#include "base/packed.hpp"

#include <mutex>

namespace base {

// Made of one of the two; the other is made when it is asked for first.
struct Packed::Form {
    std::once_flag unpacks, packs;
    Element element;
    std::string bytes;
    bool of_bytes = false;
};

Packed::Packed(Element element) : form_(std::make_shared<Form>()) {
    form_->element = std::move(element);
}

Packed Packed::of_bytes(std::string_view bytes) {
    Packed packed;
    packed.form_ = std::make_shared<Form>();
    packed.form_->bytes = bytes;
    packed.form_->of_bytes = true;
    return packed;
}

const Element& Packed::element() const {
    static const Element none;
    if (!form_) return none;
    if (form_->of_bytes)
        std::call_once(form_->unpacks, [this] { form_->element = Reader{form_->bytes}.element(); });
    return form_->element;
}

const std::string& Packed::bytes() const {
    static const std::string none = [] {
        Writer out;
        out.element(Element{});
        return out.take();
    }();
    if (!form_) return none;
    if (!form_->of_bytes)
        std::call_once(form_->packs, [this] {
            Writer out;
            out.element(form_->element);
            form_->bytes = out.take();
        });
    return form_->bytes;
}

}  // namespace base
