/* The bytes that a department is sent. What stands is what the kiosk's side of the same form
 * writes. */
#include "formats/json.h"
#include "services/form.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize length);

/* A small catalogue: one form with a field of each type, a rule of each kind, a fee from a table.
 */
static const char source[]
  = "{\"format\":1,\"departments\":{\"d\":{\"name\":{\"en\":\"D\",\"zh_HK\":\"D\",\"zh_CN\":\"D\"}}"
    "},\"tables\":{\"t\":"
    "{\"note\":{\"en\":\"n\",\"zh_HK\":\"n\",\"zh_CN\":\"n\"},\"sources\":[],\"rows\":[{\"kind\":"
    "\"a\",\"cents\":100},{"
    "\"kind\":\"b\",\"cents\":250}]}},\"services\":[{\"id\":\"s\",\"department\":\"d\",\"form\":"
    "\"f\",\"form_version"
    "\":1,\"title\":{\"en\":\"t\",\"zh_HK\":\"t\",\"zh_CN\":\"t\"},\"summary\":{\"en\":\"s\",\"zh_"
    "HK\":\"s\",\"zh_CN\":\"s\""
    "},\"declaration\":{\"en\":[\"p\"],\"zh_HK\":[\"p\"],\"zh_CN\":[\"p\"]},\"reasons\":{"
    "\"refused\":{\"en\":\"r\",\"z"
    "h_HK\":\"r\",\"zh_CN\":\"r\"}},\"checks\":[{\"code\":\"c\",\"unmet\":\"/facts/holder/name = "
    "''\",\"met\":\"tru"
    "e()\",\"text\":{\"en\":\"until {kiosk:add-months(today(), 4)}\",\"zh_HK\":\"until "
    "{kiosk:add-months("
    "today(), 4)}\",\"zh_CN\":\"until {kiosk:add-months(today(), "
    "4)}\"},\"unmet_text\":{\"en\":\"u\",\"zh_H"
    "K\":\"u\",\"zh_CN\":\"u\"}}]}],\"forms\":{\"f\":{\"version\":1,\"xform\":\"<h:html "
    "xmlns=\\\"http://www.w3.o"
    "rg/2002/xforms\\\" xmlns:h=\\\"http://www.w3.org/1999/xhtml\\\" "
    "xmlns:jr=\\\"http://openrosa.org/j"
    "avarosa\\\" xmlns:kiosk=\\\"urn:hk:kiosk:forms:1\\\"><h:head><model><itext><translation "
    "lang=\\\"e"
    "n\\\"><text id=\\\"kiosk:date\\\"><value>T<output value=\\\"today()\\\"/></value></text><text "
    "id=\\\"k"
    "iosk:int\\\"><value>T<output value=\\\"today()\\\"/></value></text><text "
    "id=\\\"kiosk:text\\\"><valu"
    "e>T<output value=\\\"today()\\\"/></value></text><text "
    "id=\\\"kiosk:choice\\\"><value>T<output val"
    "ue=\\\"today()\\\"/></value></text><text id=\\\"kiosk:required\\\"><value>T<output "
    "value=\\\"today()"
    "\\\"/></value></text><text id=\\\"s\\\"><value>T<output "
    "value=\\\"today()\\\"/></value></text><text "
    "id=\\\"q\\\"><value>T<output value=\\\"today()\\\"/></value></text><text "
    "id=\\\"c\\\"><value>T<output "
    "value=\\\"today()\\\"/></value></text></translation><translation lang=\\\"zh_HK\\\"><text "
    "id=\\\"kio"
    "sk:date\\\"><value>T<output value=\\\"today()\\\"/></value></text><text "
    "id=\\\"kiosk:int\\\"><value>"
    "T<output value=\\\"today()\\\"/></value></text><text id=\\\"kiosk:text\\\"><value>T<output "
    "value=\\"
    "\"today()\\\"/></value></text><text id=\\\"kiosk:choice\\\"><value>T<output "
    "value=\\\"today()\\\"/></"
    "value></text><text id=\\\"kiosk:required\\\"><value>T<output "
    "value=\\\"today()\\\"/></value></text"
    "><text id=\\\"s\\\"><value>T<output value=\\\"today()\\\"/></value></text><text "
    "id=\\\"q\\\"><value>T<"
    "output value=\\\"today()\\\"/></value></text><text id=\\\"c\\\"><value>T<output "
    "value=\\\"today()\\\"/"
    "></value></text></translation><translation lang=\\\"zh_CN\\\"><text "
    "id=\\\"kiosk:date\\\"><value>T"
    "<output value=\\\"today()\\\"/></value></text><text id=\\\"kiosk:int\\\"><value>T<output "
    "value=\\\"t"
    "oday()\\\"/></value></text><text id=\\\"kiosk:text\\\"><value>T<output "
    "value=\\\"today()\\\"/></valu"
    "e></text><text id=\\\"kiosk:choice\\\"><value>T<output "
    "value=\\\"today()\\\"/></value></text><text"
    " id=\\\"kiosk:required\\\"><value>T<output value=\\\"today()\\\"/></value></text><text "
    "id=\\\"s\\\"><v"
    "alue>T<output value=\\\"today()\\\"/></value></text><text id=\\\"q\\\"><value>T<output "
    "value=\\\"tod"
    "ay()\\\"/></value></text><text id=\\\"c\\\"><value>T<output "
    "value=\\\"today()\\\"/></value></text></"
    "translation></itext><instance><data xmlns=\\\"\\\" id=\\\"f\\\" "
    "version=\\\"1\\\"><day/><name/><kind/>"
    "<count/><until/><note/><fee/></data></instance><instance id=\\\"t\\\" "
    "src=\\\"jr://file/t.xml\\\"/"
    "><bind nodeset=\\\"/data/day\\\" type=\\\"date\\\" kiosk:fact=\\\"today\\\"/><bind "
    "nodeset=\\\"/data/nam"
    "e\\\" type=\\\"string\\\" required=\\\"true()\\\" kiosk:fact=\\\"holder.name\\\"/><bind "
    "nodeset=\\\"/data/"
    "kind\\\" type=\\\"select1\\\" required=\\\"true()\\\"/><bind nodeset=\\\"/data/count\\\" "
    "type=\\\"int\\\" re"
    "quired=\\\"true()\\\" relevant=\\\"/data/kind = 'b'\\\" constraint=\\\". &gt; 0 and . &lt; "
    "100\\\" jr:"
    "constraintMsg=\\\"jr:itext('c')\\\"/><bind nodeset=\\\"/data/until\\\" type=\\\"date\\\" "
    "constraint=\\\""
    ". &gt;= today()\\\" jr:constraintMsg=\\\"jr:itext('c')\\\"/><bind nodeset=\\\"/data/note\\\" "
    "type=\\\""
    "string\\\" kiosk:alphabet=\\\"A-Z \\\" kiosk:length=\\\"8\\\"/><bind "
    "nodeset=\\\"/data/fee\\\" type=\\\"in"
    "t\\\" kiosk:role=\\\"fee\\\" calculate=\\\"instance('t')/root/item[kind = /data/kind]/cents * "
    "coal"
    "esce(/data/count, 1)\\\"/></model></h:head><h:body><group><label "
    "ref=\\\"jr:itext('s')\\\"/><sel"
    "ect1 ref=\\\"/data/kind\\\"><label ref=\\\"jr:itext('q')\\\"/><item><label "
    "ref=\\\"jr:itext('q')\\\"/>"
    "<value>a</value></item><item><label ref=\\\"jr:itext('q')\\\"/><value>b</value></item></select"
    "1><input ref=\\\"/data/count\\\"><label ref=\\\"jr:itext('q')\\\"/></input><input "
    "ref=\\\"/data/unti"
    "l\\\"><label ref=\\\"jr:itext('q')\\\"/></input><input ref=\\\"/data/note\\\"><label "
    "ref=\\\"jr:itext("
    "'q')\\\"/></input><input ref=\\\"/data/fee\\\"><label "
    "ref=\\\"jr:itext('q')\\\"/></input></group></h"
    ":body></h:html>\"}}}";

static KioskCatalogue *
catalogue (void)
{
  static KioskCatalogue *loaded;

  if (loaded == NULL)
    {
      g_autoptr (JsonObject) body = kiosk_json_parse (source, strlen (source), sizeof source, NULL);
      KioskBundle bundle = { .name = (char *)"catalogue", .serial = 1, .body = body };

      loaded = kiosk_catalogue_new (&bundle, NULL);
      g_assert_nonnull (loaded);
    }
  return loaded;
}

/* Fills a form with the answers, question by question, as a person would. */
static GBytes *
write_again (const KioskFacts *answers)
{
  g_autoptr (KioskFacts) facts = kiosk_facts_new ();
  g_autoptr (KioskForm) form = NULL;

  kiosk_facts_set (facts, "today", "2026-11-24");
  kiosk_facts_set (facts, "holder.name", kiosk_facts_get (answers, "/data/name"));
  form = kiosk_form_new (catalogue (), kiosk_catalogue_find (catalogue (), "s"), facts, NULL);
  for (guint i = 0; i < kiosk_form_n_questions (form); i++)
    {
      g_autoptr (KioskQuestion) question = kiosk_form_question (form, i, "en");

      g_assert_true (kiosk_form_answer (form, question->ref,
                                        kiosk_facts_get (answers, question->ref), "en", NULL));
    }
  return kiosk_form_submission (form, NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (KioskFacts) answers = NULL;
  g_autoptr (GBytes) again = NULL;
  gint64 fee;

  if (!kiosk_form_recompute (catalogue (), kiosk_catalogue_find (catalogue (), "s"), bytes,
                             "2026-11-24", &fee, &answers, NULL))
    return 0;
  again = write_again (answers);
  g_assert_nonnull (again);
  g_assert_true (g_bytes_equal (bytes, again));
  return 0;
}
