#include "xml/codes.hpp"

#include <algorithm>
#include <iterator>

#include <xercesc/framework/XMLErrorCodes.hpp>
#include <xercesc/framework/XMLValidityCodes.hpp>
#include <xercesc/util/XMLExceptMsgs.hpp>
#include <xercesc/util/XMLString.hpp>
#include <xercesc/util/XMLUni.hpp>

namespace xml {

namespace {

using xercesc::XMLErrs;
using xercesc::XMLExcepts;
using xercesc::XMLValid;

struct Named {
    unsigned code;
    const char* name;
};

#define NAMED(codes, name) {codes::name, #name}

// What a document can do against a schema.
constexpr Named validity[] = {
    NAMED(XMLValid, ElementNotDefined), NAMED(XMLValid, AttNotDefined),
    NAMED(XMLValid, NotationNotDeclared), NAMED(XMLValid, RootElemNotLikeDocType),
    NAMED(XMLValid, RequiredAttrNotProvided), NAMED(XMLValid, ElementNotValidForContent),
    NAMED(XMLValid, BadIDAttrDefType), NAMED(XMLValid, InvalidEmptyAttValue),
    NAMED(XMLValid, ElementAlreadyExists), NAMED(XMLValid, MultipleIdAttrs),
    NAMED(XMLValid, ReusedIDValue), NAMED(XMLValid, IDNotDeclared),
    NAMED(XMLValid, UnknownNotRefAttr), NAMED(XMLValid, UndeclaredElemInDocType),
    NAMED(XMLValid, EmptyNotValidForContent), NAMED(XMLValid, AttNotDefinedForElement),
    NAMED(XMLValid, BadEntityRefAttr), NAMED(XMLValid, UnknownEntityRefAttr),
    NAMED(XMLValid, ColonNotValidWithNS), NAMED(XMLValid, NotEnoughElemsForCM),
    NAMED(XMLValid, NoCharDataInCM), NAMED(XMLValid, DoesNotMatchEnumList),
    NAMED(XMLValid, AttrValNotName), NAMED(XMLValid, NoMultipleValues),
    NAMED(XMLValid, NotSameAsFixedValue), NAMED(XMLValid, RepElemInMixed),
    NAMED(XMLValid, FeatureUnsupported), NAMED(XMLValid, GroupContentRestricted),
    NAMED(XMLValid, UnknownBaseDatatype), NAMED(XMLValid, NoContentForRef),
    NAMED(XMLValid, DatatypeError), NAMED(XMLValid, ProhibitedAttributePresent),
    NAMED(XMLValid, IllegalXMLSpace), NAMED(XMLValid, WrongTargetNamespace),
    NAMED(XMLValid, SimpleTypeHasChild), NAMED(XMLValid, NoDatatypeValidatorForSimpleType),
    NAMED(XMLValid, GrammarNotFound), NAMED(XMLValid, DisplayErrorMessage),
    NAMED(XMLValid, NillNotAllowed), NAMED(XMLValid, NilAttrNotEmpty),
    NAMED(XMLValid, FixedDifferentFromActual), NAMED(XMLValid, NoDatatypeValidatorForAttribute),
    NAMED(XMLValid, GenericError), NAMED(XMLValid, ElementNotQualified),
    NAMED(XMLValid, ElementNotUnQualified), NAMED(XMLValid, VC_IllegalRefInStandalone),
    NAMED(XMLValid, NoDefAttForStandalone), NAMED(XMLValid, NoAttNormForStandalone),
    NAMED(XMLValid, NoWSForStandalone), NAMED(XMLValid, VC_EntityNotFound),
    NAMED(XMLValid, PartialMarkupInPE), NAMED(XMLValid, DatatypeValidationFailure),
    NAMED(XMLValid, UniqueParticleAttributionFail), NAMED(XMLValid, NoAbstractInXsiType),
    NAMED(XMLValid, NoDirectUseAbstractElement), NAMED(XMLValid, NoUseAbstractType),
    NAMED(XMLValid, BadXsiType), NAMED(XMLValid, NonDerivedXsiType),
    NAMED(XMLValid, ElemNoSubforBlock), NAMED(XMLValid, TypeNoSubforBlock),
    NAMED(XMLValid, AttributeNotQualified), NAMED(XMLValid, AttributeNotUnQualified),
    NAMED(XMLValid, IC_FieldMultipleMatch), NAMED(XMLValid, IC_UnknownField),
    NAMED(XMLValid, IC_AbsentKeyValue), NAMED(XMLValid, IC_KeyNotEnoughValues),
    NAMED(XMLValid, IC_KeyMatchesNillable), NAMED(XMLValid, IC_DuplicateUnique),
    NAMED(XMLValid, IC_DuplicateKey), NAMED(XMLValid, IC_KeyRefOutOfScope),
    NAMED(XMLValid, IC_KeyNotFound), NAMED(XMLValid, NonWSContent),
    NAMED(XMLValid, EmptyElemNotationAttr), NAMED(XMLValid, EmptyElemHasContent),
    NAMED(XMLValid, ElemOneNotationAttr), NAMED(XMLValid, AttrDupToken),
    NAMED(XMLValid, ElemChildrenHasInvalidWS),
};

// What a document can do against XML 1.0 and its namespaces.
constexpr Named errors[] = {
    NAMED(XMLErrs, EntityExpansionLimitExceeded), NAMED(XMLErrs, ExpectedCommentOrCDATA),
    NAMED(XMLErrs, ExpectedAttrName), NAMED(XMLErrs, ExpectedNotationName),
    NAMED(XMLErrs, NoRepInMixed), NAMED(XMLErrs, ExpectedDefAttrDecl),
    NAMED(XMLErrs, ExpectedEqSign), NAMED(XMLErrs, ExpectedElementName),
    NAMED(XMLErrs, CommentsMustStartWith), NAMED(XMLErrs, InvalidDocumentStructure),
    NAMED(XMLErrs, ExpectedDeclString), NAMED(XMLErrs, BadXMLVersion),
    NAMED(XMLErrs, UnsupportedXMLVersion), NAMED(XMLErrs, UnterminatedXMLDecl),
    NAMED(XMLErrs, BadXMLEncoding), NAMED(XMLErrs, BadStandalone),
    NAMED(XMLErrs, UnterminatedComment), NAMED(XMLErrs, PINameExpected),
    NAMED(XMLErrs, UnterminatedPI), NAMED(XMLErrs, InvalidCharacter),
    NAMED(XMLErrs, UnterminatedStartTag), NAMED(XMLErrs, ExpectedAttrValue),
    NAMED(XMLErrs, UnterminatedEndTag), NAMED(XMLErrs, ExpectedAttributeType),
    NAMED(XMLErrs, ExpectedEndOfTagX), NAMED(XMLErrs, ExpectedMarkup),
    NAMED(XMLErrs, NotValidAfterContent), NAMED(XMLErrs, ExpectedComment),
    NAMED(XMLErrs, ExpectedCommentOrPI), NAMED(XMLErrs, ExpectedWhitespace),
    NAMED(XMLErrs, NoRootElemInDOCTYPE), NAMED(XMLErrs, ExpectedQuotedString),
    NAMED(XMLErrs, ExpectedPublicId), NAMED(XMLErrs, InvalidPublicIdChar),
    NAMED(XMLErrs, UnterminatedDOCTYPE), NAMED(XMLErrs, InvalidCharacterInIntSubset),
    NAMED(XMLErrs, UnexpectedWhitespace), NAMED(XMLErrs, InvalidCharacterInAttrValue),
    NAMED(XMLErrs, ExpectedMarkupDecl), NAMED(XMLErrs, TextDeclNotLegalHere),
    NAMED(XMLErrs, ConditionalSectInIntSubset), NAMED(XMLErrs, ExpectedPEName),
    NAMED(XMLErrs, UnterminatedEntityDecl), NAMED(XMLErrs, InvalidCharacterRef),
    NAMED(XMLErrs, UnterminatedCharRef), NAMED(XMLErrs, ExpectedEntityRefName),
    NAMED(XMLErrs, EntityNotFound), NAMED(XMLErrs, NoUnparsedEntityRefs),
    NAMED(XMLErrs, UnterminatedEntityRef), NAMED(XMLErrs, RecursiveEntity),
    NAMED(XMLErrs, PartialMarkupInEntity), NAMED(XMLErrs, UnterminatedElementDecl),
    NAMED(XMLErrs, ExpectedContentSpecExpr), NAMED(XMLErrs, ExpectedAsterisk),
    NAMED(XMLErrs, UnterminatedContentModel), NAMED(XMLErrs, ExpectedSystemOrPublicId),
    NAMED(XMLErrs, UnterminatedNotationDecl), NAMED(XMLErrs, ExpectedSeqChoiceLeaf),
    NAMED(XMLErrs, ExpectedChoiceOrCloseParen), NAMED(XMLErrs, ExpectedSeqOrCloseParen),
    NAMED(XMLErrs, ExpectedEnumValue), NAMED(XMLErrs, ExpectedEnumSepOrParen),
    NAMED(XMLErrs, UnterminatedEntityLiteral), NAMED(XMLErrs, MoreEndThanStartTags),
    NAMED(XMLErrs, ExpectedOpenParen), NAMED(XMLErrs, AttrAlreadyUsedInSTag),
    NAMED(XMLErrs, BracketInAttrValue), NAMED(XMLErrs, Expected2ndSurrogateChar),
    NAMED(XMLErrs, ExpectedEndOfConditional), NAMED(XMLErrs, ExpectedIncOrIgn),
    NAMED(XMLErrs, ExpectedINCLUDEBracket), NAMED(XMLErrs, UnexpectedEOE),
    NAMED(XMLErrs, PEPropogated), NAMED(XMLErrs, ExtraCloseSquare),
    NAMED(XMLErrs, PERefInMarkupInIntSubset), NAMED(XMLErrs, EntityPropogated),
    NAMED(XMLErrs, ExpectedNumericalCharRef), NAMED(XMLErrs, ExpectedOpenSquareBracket),
    NAMED(XMLErrs, BadSequenceInCharData), NAMED(XMLErrs, IllegalSequenceInComment),
    NAMED(XMLErrs, UnterminatedCDATASection), NAMED(XMLErrs, ExpectedNDATA),
    NAMED(XMLErrs, NDATANotValidForPE), NAMED(XMLErrs, HexRadixMustBeLowerCase),
    NAMED(XMLErrs, DeclStringRep), NAMED(XMLErrs, DeclStringsInWrongOrder),
    NAMED(XMLErrs, NoExtRefsInAttValue), NAMED(XMLErrs, XMLDeclMustBeLowerCase),
    NAMED(XMLErrs, ExpectedEntityValue), NAMED(XMLErrs, BadDigitForRadix),
    NAMED(XMLErrs, EndedWithTagsOnStack), NAMED(XMLErrs, NestedCDATA),
    NAMED(XMLErrs, UnknownPrefix), NAMED(XMLErrs, PartialTagMarkupError),
    NAMED(XMLErrs, EmptyMainEntity), NAMED(XMLErrs, CDATAOutsideOfContent),
    NAMED(XMLErrs, Unexpected2ndSurrogateChar), NAMED(XMLErrs, NoPIStartsWithXML),
    NAMED(XMLErrs, XMLDeclMustBeFirst), NAMED(XMLErrs, XMLVersionRequired),
    NAMED(XMLErrs, StandaloneNotLegal), NAMED(XMLErrs, EncodingRequired),
    NAMED(XMLErrs, ColonNotLegalWithNS), NAMED(XMLErrs, XMLException_Fatal),
    NAMED(XMLErrs, BadSchemaLocation), NAMED(XMLErrs, SchemaScanFatalError),
    NAMED(XMLErrs, IllegalRefInStandalone), NAMED(XMLErrs, PEBetweenDecl),
    NAMED(XMLErrs, NoEmptyStrNamespace), NAMED(XMLErrs, NoUseOfxmlnsAsPrefix),
    NAMED(XMLErrs, NoUseOfxmlnsURI), NAMED(XMLErrs, PrefixXMLNotMatchXMLURI),
    NAMED(XMLErrs, XMLURINotMatchXMLPrefix), NAMED(XMLErrs, NoXMLNSAsElementPrefix),
    NAMED(XMLErrs, CT_SimpleTypeChildRequired), NAMED(XMLErrs, InvalidRootElemInDOCTYPE),
    NAMED(XMLErrs, InvalidElementName), NAMED(XMLErrs, InvalidAttrName),
    NAMED(XMLErrs, InvalidEntityRefName), NAMED(XMLErrs, DuplicateDocTypeDecl),
};

// What a value can do against a datatype and its facets.
constexpr Named exceptions[] = {
    NAMED(XMLExcepts, CM_UnknownCMType), NAMED(XMLExcepts, ElemStack_StackUnderflow),
    NAMED(XMLExcepts, Gen_UnexpectedEOF), NAMED(XMLExcepts, Reader_BadAutoEncoding),
    NAMED(XMLExcepts, Reader_CouldNotDecodeFirstLine), NAMED(XMLExcepts, Reader_NelLsepinDecl),
    NAMED(XMLExcepts, Reader_SrcOfsNotSupported), NAMED(XMLExcepts, Reader_EncodingStrRequired),
    NAMED(XMLExcepts, Scan_UnbalancedStartEnd), NAMED(XMLExcepts, Str_ConvertOverflow),
    NAMED(XMLExcepts, Trans_Unrepresentable), NAMED(XMLExcepts, Trans_BadSrcSeq),
    NAMED(XMLExcepts, Trans_BadSrcCP), NAMED(XMLExcepts, Trans_BadTrailingSurrogate),
    NAMED(XMLExcepts, Trans_CantCreateCvtrFor), NAMED(XMLExcepts, UTF8_FormatError),
    NAMED(XMLExcepts, UTF8_Invalid_3BytesSeq), NAMED(XMLExcepts, UTF8_Irregular_3BytesSeq),
    NAMED(XMLExcepts, UTF8_Invalid_4BytesSeq), NAMED(XMLExcepts, UTF8_Exceeds_BytesLimit),
    NAMED(XMLExcepts, VALUE_NotMatch_Pattern), NAMED(XMLExcepts, VALUE_Not_Base64),
    NAMED(XMLExcepts, VALUE_Not_HexBin), NAMED(XMLExcepts, VALUE_GT_maxLen),
    NAMED(XMLExcepts, VALUE_LT_minLen), NAMED(XMLExcepts, VALUE_NE_Len),
    NAMED(XMLExcepts, VALUE_NotIn_Enumeration), NAMED(XMLExcepts, VALUE_exceed_totalDigit),
    NAMED(XMLExcepts, VALUE_exceed_fractDigit), NAMED(XMLExcepts, VALUE_exceed_maxIncl),
    NAMED(XMLExcepts, VALUE_exceed_maxExcl), NAMED(XMLExcepts, VALUE_exceed_minIncl),
    NAMED(XMLExcepts, VALUE_exceed_minExcl), NAMED(XMLExcepts, VALUE_WS_replaced),
    NAMED(XMLExcepts, VALUE_WS_collapsed), NAMED(XMLExcepts, VALUE_Invalid_NCName),
    NAMED(XMLExcepts, VALUE_Invalid_Name), NAMED(XMLExcepts, VALUE_ID_Not_Unique),
    NAMED(XMLExcepts, VALUE_ENTITY_Invalid), NAMED(XMLExcepts, VALUE_QName_Invalid),
    NAMED(XMLExcepts, VALUE_NOTATION_Invalid), NAMED(XMLExcepts, VALUE_no_match_memberType),
    NAMED(XMLExcepts, VALUE_URI_Malformed), NAMED(XMLExcepts, XMLNUM_emptyString),
    NAMED(XMLExcepts, XMLNUM_WSString), NAMED(XMLExcepts, XMLNUM_2ManyDecPoint),
    NAMED(XMLExcepts, XMLNUM_Inv_chars), NAMED(XMLExcepts, XMLNUM_null_ptr),
    NAMED(XMLExcepts, XMLNUM_URI_Component_Empty),
    NAMED(XMLExcepts, XMLNUM_URI_Component_for_GenURI_Only),
    NAMED(XMLExcepts, XMLNUM_URI_Component_Invalid_EscapeSequence),
    NAMED(XMLExcepts, XMLNUM_URI_Component_Invalid_Char),
    NAMED(XMLExcepts, XMLNUM_URI_Component_Set_Null),
    NAMED(XMLExcepts, XMLNUM_URI_Component_Not_Conformant),
    NAMED(XMLExcepts, XMLNUM_URI_No_Scheme), NAMED(XMLExcepts, XMLNUM_URI_NullHost),
    NAMED(XMLExcepts, XMLNUM_URI_NullPath), NAMED(XMLExcepts, XMLNUM_URI_PortNo_Invalid),
    NAMED(XMLExcepts, XMLNUM_DBL_FLT_InvalidType), NAMED(XMLExcepts, Out_Of_Memory),
    NAMED(XMLExcepts, DV_InvalidOperation), NAMED(XMLExcepts, DateTime_dt_invalid),
    NAMED(XMLExcepts, DateTime_dt_missingT), NAMED(XMLExcepts, DateTime_gDay_invalid),
    NAMED(XMLExcepts, DateTime_gMth_invalid), NAMED(XMLExcepts, DateTime_gMthDay_invalid),
    NAMED(XMLExcepts, DateTime_dur_invalid), NAMED(XMLExcepts, DateTime_dur_Start_dashP),
    NAMED(XMLExcepts, DateTime_dur_noP), NAMED(XMLExcepts, DateTime_dur_DashNotFirst),
    NAMED(XMLExcepts, DateTime_dur_inv_b4T), NAMED(XMLExcepts, DateTime_dur_NoTimeAfterT),
    NAMED(XMLExcepts, DateTime_dur_NoElementAtAll), NAMED(XMLExcepts, DateTime_dur_inv_seconds),
    NAMED(XMLExcepts, DateTime_date_incomplete), NAMED(XMLExcepts, DateTime_date_invalid),
    NAMED(XMLExcepts, DateTime_time_incomplete), NAMED(XMLExcepts, DateTime_time_invalid),
    NAMED(XMLExcepts, DateTime_ms_noDigit), NAMED(XMLExcepts, DateTime_ym_incomplete),
    NAMED(XMLExcepts, DateTime_ym_invalid), NAMED(XMLExcepts, DateTime_year_invalid),
    NAMED(XMLExcepts, DateTime_year_tooShort), NAMED(XMLExcepts, DateTime_year_leadingZero),
    NAMED(XMLExcepts, DateTime_ym_noMonth), NAMED(XMLExcepts, DateTime_tz_noUTCsign),
    NAMED(XMLExcepts, DateTime_tz_stuffAfterZ), NAMED(XMLExcepts, DateTime_tz_invalid),
    NAMED(XMLExcepts, DateTime_year_zero), NAMED(XMLExcepts, DateTime_mth_invalid),
    NAMED(XMLExcepts, DateTime_day_invalid), NAMED(XMLExcepts, DateTime_hour_invalid),
    NAMED(XMLExcepts, DateTime_min_invalid), NAMED(XMLExcepts, DateTime_second_invalid),
    NAMED(XMLExcepts, DateTime_tz_hh_invalid), NAMED(XMLExcepts, VALUE_QName_Invalid2),
};

#undef NAMED

template <std::size_t size>
std::string name_in(const Named (&table)[size], unsigned code) {
    const auto* found =
        std::find_if(table, table + size, [&](const Named& each) { return each.code == code; });
    return found == table + size ? "Code" + std::to_string(code) : std::string{found->name};
}

}  // namespace

Domain domain_of(const char16_t* domain) {
    using xercesc::XMLString;
    if (XMLString::equals(domain, xercesc::XMLUni::fgValidityDomain)) return Domain::Validity;
    if (XMLString::equals(domain, xercesc::XMLUni::fgExceptDomain)) return Domain::Exception;
    return Domain::Error;
}

std::string code_name(Domain domain, unsigned code) {
    switch (domain) {
        case Domain::Validity: return name_in(validity, code);
        case Domain::Exception: return name_in(exceptions, code);
        case Domain::Error: return name_in(errors, code);
    }
    return {};
}

}  // namespace xml
