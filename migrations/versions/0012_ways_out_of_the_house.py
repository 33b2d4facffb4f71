"""notices leave by mail, SMS, group robots and webhooks, as each recipient wants it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Notices of before have no audience of their own: the first sentence of their step is theirs."""
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failing_since", sa.DateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("switched_off_at", sa.DateTime(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name=op.f("fk__webhooks__city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__webhooks")),
    )
    with op.batch_alter_table("webhooks", schema=None) as batch_op:
        batch_op.create_index("ix__webhooks__active", ["city_id", "active"], unique=False)

    op.create_table(
        "notice_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("off", sa.JSON(), nullable=False),
        sa.Column("desk_mail", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_to", sa.Integer(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("read_up_to", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name=op.f("fk__notice_settings__city_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk__notice_settings__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__notice_settings")),
        sa.UniqueConstraint("city_id", "recipient", name=op.f("uq__notice_settings__city_id_recipient")),
    )
    with op.batch_alter_table("notice_settings", schema=None) as batch_op:
        batch_op.create_index("ix__notice_settings__desk", ["city_id", "desk_mail", "user_id"], unique=False)

    op.create_table(
        "unit_robots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("wecom", "dingtalk", name="robotkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name=op.f("fk__unit_robots__city_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk__unit_robots__unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__unit_robots")),
    )
    with op.batch_alter_table("unit_robots", schema=None) as batch_op:
        batch_op.create_index("ix__unit_robots__unit", ["city_id", "unit_id"], unique=False)

    op.create_table(
        "notice_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("robot_id", sa.Integer(), nullable=True),
        sa.Column("hook_id", sa.Integer(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum("mail", "sms", "robot", "hook", name="channel", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "held", "sent", "failed", "dropped", name="passage", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["city_id"], ["jurisdictions.id"], name=op.f("fk__notice_deliveries__city_id")
        ),
        sa.ForeignKeyConstraint(
            ["hook_id"], ["webhooks.id"], name=op.f("fk__notice_deliveries__hook_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk__notice_deliveries__notice_id")),
        sa.ForeignKeyConstraint(
            ["robot_id"],
            ["unit_robots.id"],
            name=op.f("fk__notice_deliveries__robot_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk__notice_deliveries__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__notice_deliveries")),
        sa.UniqueConstraint("city_id", "key", name=op.f("uq__notice_deliveries__city_id_key")),
    )
    with op.batch_alter_table("notice_deliveries", schema=None) as batch_op:
        batch_op.create_index("ix__notice_deliveries__day", ["city_id", "recipient", "day"], unique=False)
        batch_op.create_index("ix__notice_deliveries__due", ["city_id", "state", "due_at"], unique=False)

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("who", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("exposure_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("objection_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk__notices__exposure_id"), "exposures", ["exposure_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk__notices__objection_id"), "objections", ["objection_id"], ["id"]
        )


def downgrade() -> None:
    """Forget what was on its way, and what recipients wanted."""
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk__notices__objection_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk__notices__exposure_id"), type_="foreignkey")
        batch_op.drop_column("objection_id")
        batch_op.drop_column("exposure_id")
        batch_op.drop_column("who")

    with op.batch_alter_table("notice_deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix__notice_deliveries__due")
        batch_op.drop_index("ix__notice_deliveries__day")

    op.drop_table("notice_deliveries")
    with op.batch_alter_table("unit_robots", schema=None) as batch_op:
        batch_op.drop_index("ix__unit_robots__unit")

    op.drop_table("unit_robots")
    with op.batch_alter_table("notice_settings", schema=None) as batch_op:
        batch_op.drop_index("ix__notice_settings__desk")

    op.drop_table("notice_settings")
    with op.batch_alter_table("webhooks", schema=None) as batch_op:
        batch_op.drop_index("ix__webhooks__active")

    op.drop_table("webhooks")
