"""Who may open the pages of workshops, consultations and guidance (permissions.md)."""

from datetime import timedelta

from django.utils import timezone

from dxportal.uploads import KINDS, Upload
from taskforce.models import Consultation, ConsultationFile, Guidance, WorkshopMaterial
from taskforce.views.workshops import feed_token
from tests.factories.taskforce import WorkshopFactory
from tests.sweep import EVERYBODY, SIGNED_IN, STAFF, Row
from tests.taskforce.sweep_groups import LEADERS, acting, writing

INVOLVED = "S X P"  # who asked, the secretariat, the expert a question was given to
OTHERS = "T L R D E M"


def coming(world):
    """Full, with somebody who waits, run by the secretariat, with a file and a link."""

    def make():
        words = {"capacity": 1, "online_url": "https://meet.example.jp/a", "organiser": world.people["X"]}
        made = WorkshopFactory(starts_at=timezone.now() + timedelta(days=2), **words)
        for role in "ST":
            made.register(world.people[role])
        return made

    return world.once("workshop", make)


def workshop(world):
    return {"pk": coming(world).pk}


def over_workshop(world):
    """It was yesterday, and the staff of the walk and the secretariat were there."""

    def make():
        made = WorkshopFactory(starts_at=timezone.now() - timedelta(days=1))
        for role in "SX":
            made.register(world.people[role], at=made.starts_at - timedelta(days=1))
        return made

    return {"pk": world.once("over workshop", make).pk}


def material(world):
    def make():
        upload = Upload("資料.csv", KINDS["CSV"], "名前,数\n窓口,3\n".encode())
        found = coming(world)
        return WorkshopMaterial.keep(upload, by=world.people["X"], owner=found, workshop=found)

    return {**workshop(world), "key": world.once("material", make).pk}


def feed(world):
    return {"token": feed_token(world.people["S"])}


# --- consultations --------------------------------------------------------------------------------


def question(world) -> Consultation:
    """Asked by the staff of the walk, given to its expert and answered."""

    def make():
        asker, helper = world.people["S"], world.people["P"]
        made = Consultation.ask(by=asker, title="集計が終わらない", text="半日かかる。")
        made.assign(helper, by=world.people["X"], version=1)
        made.answer("ひな形を使う。", by=helper)
        return made

    return world.once("question", make)


def consultation(world):
    return {"pk": question(world).pk}


def resolved_question(world):
    def make():
        asker = world.people["S"]
        made = Consultation.ask(by=asker, title="紙の決裁が残る", text="添付が大きい。")
        made.answer("分けて載せる。", by=world.people["X"])
        made.resolve(by=asker)
        return made

    return world.once("resolved question", make)


def resolved_consultation(world):
    return {"pk": resolved_question(world).pk}


def guidance(world):
    def make():
        texts = {"title": "大きな添付の載せ方", "question": "添付が大きい。", "answer": "分けて載せる。"}
        made = Guidance(consultation=resolved_question(world), **texts)
        made.publish(by=world.people["X"])
        return made

    return {"pk": world.once("guidance", make).pk}


def question_file(world):
    def make():
        upload = Upload("表.csv", KINDS["CSV"], "名前,数\n窓口,3\n".encode())
        found = question(world)
        return ConsultationFile.keep(upload, by=world.people["S"], owner=found, consultation=found)

    return {**consultation(world), "key": world.once("question file", make).pk}


SWEEP = {
    "taskforce:workshops": Row(get=SIGNED_IN),  # an expert's list is empty
    "taskforce:workshop": Row(get=STAFF, kwargs=workshop, hidden="P"),
    "taskforce:workshop_register": acting(STAFF, workshop),
    "taskforce:workshop_withdraw": acting(STAFF, workshop),
    "taskforce:workshop_new": Row(get=LEADERS, post=LEADERS),
    "taskforce:workshop_edit": writing(workshop, get="X", post="X"),
    "taskforce:workshop_cancel": writing(workshop, get="X", post="X"),
    "taskforce:workshop_people": writing(over_workshop, get="X", post="X"),
    "taskforce:workshop_materials": writing(workshop, get="X", post="X"),
    "taskforce:workshop_material": Row(get=STAFF, kwargs=material, hidden="P"),
    "taskforce:workshop_material_withdraw": acting("X", material),
    "taskforce:workshop_history": Row(get=STAFF, kwargs=workshop, hidden="P"),
    "taskforce:workshop_calendar": Row(get=STAFF, kwargs=workshop, hidden="P"),
    "taskforce:workshop_answer": acting("S X", over_workshop, hidden="T L R D E P M"),
    "taskforce:workshop_feed": Row(get=EVERYBODY, kwargs=feed),  # for calendars, which cannot sign in
    "taskforce:consultations": Row(get=SIGNED_IN),  # everybody sees the own ones
    "taskforce:consultation_new": Row(get=STAFF, post=STAFF),
    "taskforce:consultation": Row(get=INVOLVED, kwargs=consultation, hidden=OTHERS),
    "taskforce:consultation_write": acting(INVOLVED, consultation, OTHERS),
    "taskforce:consultation_assign": acting("X", consultation, OTHERS),
    "taskforce:consultation_resolve": acting("S", consultation, OTHERS),
    "taskforce:consultation_consent": acting("S", consultation, OTHERS),
    "taskforce:consultation_history": Row(get=INVOLVED, kwargs=consultation, hidden=OTHERS),
    "taskforce:consultation_file": Row(get=INVOLVED, kwargs=question_file, hidden=OTHERS),
    "taskforce:guidance_edit": Row(get="X", post="X", kwargs=resolved_consultation, hidden=f"P {OTHERS}"),
    "taskforce:guidances": Row(get=SIGNED_IN),  # an expert's list holds what grew from the expert's answers
    "taskforce:guidance_similar": Row(get=SIGNED_IN, query="?q=集計"),
    "taskforce:guidance": Row(get=STAFF, kwargs=guidance, hidden="P"),
    "taskforce:guidance_take_back": Row(get="X", post="X", kwargs=guidance, hidden="P"),
}
